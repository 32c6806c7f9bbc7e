import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('venues', '0007_shares_of_all_channels'),
    ]

    operations = [
        migrations.CreateModel(
            name='Tranche',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('places', models.PositiveIntegerField(verbose_name='枠数')),
                ('opens_at', models.DateTimeField(null=True, verbose_name='放出日時')),
                ('release_plan_id', models.UUIDField()),
                ('bucket', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tranches', to='venues.bucket')),
            ],
            options={
                'indexes': [models.Index(fields=['bucket', 'opens_at'], name='tranche_of_bucket'), models.Index(fields=['release_plan_id'], name='tranche_of_plan')],
                'constraints': [models.CheckConstraint(condition=models.Q(('places__gte', 1)), name='tranche_has_places')],
            },
        ),
    ]
