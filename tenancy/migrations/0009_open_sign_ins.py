"""On what and from where each account is signed in at present."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Whoever is at work while this runs is in the list too: of their device nothing is known.
PRESENT = """
INSERT INTO tenancy_signin (token, staff_id, device, network, opened_at, seen_at, auth_epoch)
SELECT one.token, s.id, '', '', COALESCE(s.last_login, now()), now(), s.auth_epoch
FROM tenancy_staff s, jsonb_array_elements_text(s.sign_ins) AS one (token)
"""


class Migration(migrations.Migration):

    dependencies = [
        ("tenancy", "0008_pledges"),
    ]

    operations = [
        migrations.CreateModel(
            name="SignIn",
            fields=[
                ("token", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("device", models.CharField(default="", max_length=40)),
                ("network", models.CharField(default="", max_length=49)),
                ("opened_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("auth_epoch", models.PositiveIntegerField()),
                ("staff", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="open_sign_ins", to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.RunSQL(PRESENT, migrations.RunSQL.noop),
    ]
