"""Vaccine lots, and the vials of each that a day was given."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('venues', '0013_programmes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='VaccineLot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lot_number', models.CharField(max_length=20, verbose_name='ロット番号')),
                ('expires_on', models.DateField(verbose_name='使用期限')),
                ('doses_per_vial', models.PositiveSmallIntegerField(verbose_name='1バイアルの回数')),
                ('vaccine', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lots', to='venues.vaccine')),
            ],
        ),
        migrations.CreateModel(
            name='LotEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('vials', models.IntegerField(verbose_name='バイアル数')),
                ('reason', models.CharField(max_length=100, verbose_name='理由')),
                ('happened_at', models.DateTimeField()),
                ('done_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('opening', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lot_entries', to='venues.opening')),
                ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='venues.vaccinelot')),
            ],
        ),
        migrations.AddConstraint(
            model_name='vaccinelot',
            constraint=models.UniqueConstraint(fields=('vaccine', 'lot_number'), name='lot_once'),
        ),
        migrations.AddConstraint(
            model_name='vaccinelot',
            constraint=models.CheckConstraint(condition=models.Q(('doses_per_vial__gte', 1)), name='lot_has_doses'),
        ),
        migrations.AddConstraint(
            model_name='lotentry',
            constraint=models.CheckConstraint(condition=models.Q(('vials', 0), _negated=True), name='lot_entry_changes_something'),
        ),
    ]
