"""One live reservation for each resident, programme and dose; the dated rules of a programme."""

import django.db.models.deletion
import simple_history.models
import venues.models.programme
from django.conf import settings
from django.db import migrations, models

# What a claim's rules depend on (0004), told with the programme: "programme:dose:bucket,…". The
# function of 0004 stays: processes of the former version ask it while they are exchanged.
LIVE = """
CREATE FUNCTION booking_live_doses(person uuid) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    RETURN (
        SELECT CASE WHEN EXISTS (
            SELECT 1 FROM booking_voucher v WHERE v.resident_id = person AND v.is_live
        ) THEN coalesce(
            string_agg(
                h.programme_id || ':' || h.dose_number || ':' || h.bucket_id, ','
                ORDER BY h.programme_id, h.dose_number
            ), ''
        ) END
        FROM booking_reservation h WHERE h.resident_id = person AND h.is_live
    );
END
$$
"""


class Migration(migrations.Migration):

    dependencies = [
        ('booking', '0008_waiting_list'),
        ('venues', '0013_programmes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalProgrammeRule',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('effective_from', models.DateField(verbose_name='適用開始日')),
                ('pair_rule', models.CharField(choices=[('each', '続けて案内する（1回分だけの予約もできる）'), ('together', 'すべての回を同時に予約する（どれかだけでは予約できない）'), ('in_turn', '次の回は、前の回の接種日を過ぎてから予約する'), ('first_only', '予約は1回目だけ（次の回は会場で決める）')], default='each', max_length=12, verbose_name='接種回の組み合わせ')),
                ('maker_rule', models.CharField(choices=[('vaccine', 'すべての回を同じワクチンにする'), ('maker', 'すべての回を同じメーカーにする'), ('any', '回ごとに違ってもよい')], default='vaccine', max_length=12, verbose_name='ワクチンの組み合わせ')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical programme rule',
                'verbose_name_plural': 'historical programme rules',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='ProgrammeRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('effective_from', models.DateField(verbose_name='適用開始日')),
                ('pair_rule', models.CharField(choices=[('each', '続けて案内する（1回分だけの予約もできる）'), ('together', 'すべての回を同時に予約する（どれかだけでは予約できない）'), ('in_turn', '次の回は、前の回の接種日を過ぎてから予約する'), ('first_only', '予約は1回目だけ（次の回は会場で決める）')], default='each', max_length=12, verbose_name='接種回の組み合わせ')),
                ('maker_rule', models.CharField(choices=[('vaccine', 'すべての回を同じワクチンにする'), ('maker', 'すべての回を同じメーカーにする'), ('any', '回ごとに違ってもよい')], default='vaccine', max_length=12, verbose_name='ワクチンの組み合わせ')),
            ],
            options={
                'ordering': ['programme_id', 'effective_from'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='reservation',
            name='reservation_one_live_per_dose',
        ),
        migrations.RemoveConstraint(
            model_name='vaccinecourse',
            name='course_once',
        ),
        migrations.RemoveConstraint(
            model_name='waitinglistentry',
            name='waiting_one_live_per_dose',
        ),
        migrations.AddField(
            model_name='historicalreleaseplan',
            name='programme',
            field=models.ForeignKey(blank=True, db_constraint=False, db_default=venues.models.programme.FirstProgramme(), null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='venues.programme', verbose_name='事業'),
        ),
        migrations.AddField(
            model_name='historicalvaccinecourse',
            name='latest_days',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='次の接種まで（最長日数）'),
        ),
        migrations.AddField(
            model_name='historicalvaccinecourse',
            name='programme',
            field=models.ForeignKey(blank=True, db_constraint=False, db_default=venues.models.programme.FirstProgramme(), null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='venues.programme', verbose_name='事業'),
        ),
        migrations.AddField(
            model_name='releaseplan',
            name='programme',
            field=models.ForeignKey(db_default=venues.models.programme.FirstProgramme(), on_delete=django.db.models.deletion.PROTECT, related_name='+', to='venues.programme', verbose_name='事業'),
        ),
        migrations.AddField(
            model_name='reservation',
            name='programme',
            field=models.ForeignKey(db_default=venues.models.programme.FirstProgramme(), on_delete=django.db.models.deletion.PROTECT, related_name='reservations', to='venues.programme', verbose_name='事業'),
        ),
        migrations.AddField(
            model_name='vaccinecourse',
            name='latest_days',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='次の接種まで（最長日数）'),
        ),
        migrations.AddField(
            model_name='vaccinecourse',
            name='programme',
            field=models.ForeignKey(db_default=venues.models.programme.FirstProgramme(), on_delete=django.db.models.deletion.PROTECT, related_name='courses', to='venues.programme', verbose_name='事業'),
        ),
        migrations.AddField(
            model_name='waitinglistentry',
            name='programme',
            field=models.ForeignKey(db_default=venues.models.programme.FirstProgramme(), on_delete=django.db.models.deletion.PROTECT, related_name='+', to='venues.programme', verbose_name='事業'),
        ),
        migrations.AddConstraint(
            model_name='reservation',
            constraint=models.UniqueConstraint(condition=models.Q(('is_live', True)), fields=('resident', 'programme', 'dose_number'), name='reservation_one_live_per_dose'),
        ),
        migrations.AddConstraint(
            model_name='vaccinecourse',
            constraint=models.UniqueConstraint(fields=('programme', 'vaccine', 'effective_from'), name='course_once'),
        ),
        migrations.AddConstraint(
            model_name='vaccinecourse',
            constraint=models.CheckConstraint(condition=models.Q(('latest_days', None), ('latest_days__gte', models.F('standard_days')), _connector='OR'), name='course_intervals_in_order'),
        ),
        migrations.AddConstraint(
            model_name='waitinglistentry',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('waiting', 'offered', 'paused'))), fields=('resident', 'programme', 'dose_number'), name='waiting_one_live_per_dose'),
        ),
        migrations.AddField(
            model_name='historicalprogrammerule',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalprogrammerule',
            name='programme',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='venues.programme'),
        ),
        migrations.AddField(
            model_name='programmerule',
            name='programme',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rules', to='venues.programme'),
        ),
        migrations.AddConstraint(
            model_name='programmerule',
            constraint=models.UniqueConstraint(fields=('programme', 'effective_from'), name='programme_rule_once'),
        ),
        migrations.RunSQL(LIVE, "DROP FUNCTION booking_live_doses(uuid)"),
    ]
