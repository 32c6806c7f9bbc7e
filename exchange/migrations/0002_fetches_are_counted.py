
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='parcel',
            name='fetches',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, verbose_name='受取りの回数'),
        ),
        migrations.AddConstraint(
            model_name='parcel',
            constraint=models.CheckConstraint(condition=models.Q(('fetches__lte', 3)), name='parcel_fetched_thrice'),
        ),
    ]
