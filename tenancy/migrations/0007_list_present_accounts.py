"""Everybody who works here already is listed for 90 days: until then the keeper looks at each."""

from datetime import timedelta

from django.db import migrations
from django.utils import timezone

GRACE = timedelta(days=90)


def list_present_accounts(apps, schema_editor):
    alias = schema_editor.connection.alias
    staff, handler = apps.get_model("tenancy", "Staff"), apps.get_model("tenancy", "Handler")
    today = timezone.localdate()
    listed = set(handler.objects.using(alias).exclude(staff=None).values_list("staff_id", flat=True))
    handler.objects.using(alias).bulk_create(
        handler(
            staff_id=one.pk,
            person_name=one.display_name,
            organisation=one.organisation,
            organisation_kind="ward" if one.role == "ward_officer" else "contractor",
            position="handler",
            from_on=min(today, timezone.localdate(one.created_at)),
            trained_until=today + GRACE,
        )
        for one in staff.objects.using(alias).filter(is_active=True)
        if one.pk not in listed
    )


class Migration(migrations.Migration):

    dependencies = [
        ("tenancy", "0006_named_handlers"),
    ]

    operations = [
        migrations.RunPython(list_present_accounts, migrations.RunPython.noop),
    ]
