import django.db.models.deletion
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('booking', '0006_what_the_telephone_may_take'),
        ('venues', '0008_tranches'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CohortCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('people', models.PositiveIntegerField()),
                ('counted_at', models.DateTimeField()),
                ('group', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='count', to='booking.prioritygroup')),
            ],
        ),
        migrations.CreateModel(
            name='HistoricalReleasePlan',
            fields=[
                ('id', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ('name', models.CharField(max_length=60, verbose_name='計画の名称')),
                ('announced_at', models.DateTimeField(verbose_name='公表した受付開始日時')),
                ('day_from', models.DateField(verbose_name='公表した接種日（はじめ）')),
                ('day_until', models.DateField(verbose_name='公表した接種日（おわり）')),
                ('expected_share', models.PositiveSmallIntegerField(default=70, verbose_name='予約すると見込む人の割合（％）')),
                ('state', models.CharField(choices=[('draft', '下書き'), ('armed', '確定'), ('withdrawn', '取り下げ')], default='draft', max_length=10)),
                ('version', models.PositiveIntegerField(default=1)),
                ('edited_at', models.DateTimeField()),
                ('armed_at', models.DateTimeField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('accepted_because', models.CharField(blank=True, default='', max_length=200)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('armed_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('edited_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical release plan',
                'verbose_name_plural': 'historical release plans',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='ReleasePlan',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=60, verbose_name='計画の名称')),
                ('announced_at', models.DateTimeField(verbose_name='公表した受付開始日時')),
                ('day_from', models.DateField(verbose_name='公表した接種日（はじめ）')),
                ('day_until', models.DateField(verbose_name='公表した接種日（おわり）')),
                ('expected_share', models.PositiveSmallIntegerField(default=70, verbose_name='予約すると見込む人の割合（％）')),
                ('state', models.CharField(choices=[('draft', '下書き'), ('armed', '確定'), ('withdrawn', '取り下げ')], default='draft', max_length=10)),
                ('version', models.PositiveIntegerField(default=1)),
                ('edited_at', models.DateTimeField()),
                ('armed_at', models.DateTimeField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('accepted_because', models.CharField(blank=True, default='', max_length=200)),
                ('armed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('edited_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-edited_at'],
            },
        ),
        migrations.CreateModel(
            name='HistoricalReleaseRow',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('day_from', models.DateField(verbose_name='接種日（はじめ）')),
                ('day_until', models.DateField(verbose_name='接種日（おわり）')),
                ('channel', models.CharField(choices=[('web', 'インターネット'), ('phone', '電話'), ('walk_in', '窓口'), ('reserve', '予備')], default='web', max_length=10, verbose_name='受付経路')),
                ('dose_number', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='接種回')),
                ('places', models.PositiveIntegerField(blank=True, null=True, verbose_name='一枠あたりの放出数')),
                ('opens_at', models.DateTimeField(verbose_name='放出日時')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('group', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='booking.prioritygroup', verbose_name='優先区分')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('venue', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='venues.venue', verbose_name='会場')),
                ('plan', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='booking.releaseplan')),
            ],
            options={
                'verbose_name': 'historical release row',
                'verbose_name_plural': 'historical release rows',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='ReleaseRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day_from', models.DateField(verbose_name='接種日（はじめ）')),
                ('day_until', models.DateField(verbose_name='接種日（おわり）')),
                ('channel', models.CharField(choices=[('web', 'インターネット'), ('phone', '電話'), ('walk_in', '窓口'), ('reserve', '予備')], default='web', max_length=10, verbose_name='受付経路')),
                ('dose_number', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='接種回')),
                ('places', models.PositiveIntegerField(blank=True, null=True, verbose_name='一枠あたりの放出数')),
                ('opens_at', models.DateTimeField(verbose_name='放出日時')),
                ('group', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='booking.prioritygroup', verbose_name='優先区分')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='booking.releaseplan')),
                ('venue', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='venues.venue', verbose_name='会場')),
            ],
            options={
                'ordering': ['opens_at', 'day_from', 'id'],
            },
        ),
        migrations.AddConstraint(
            model_name='releaseplan',
            constraint=models.CheckConstraint(condition=models.Q(('day_from__lte', models.F('day_until'))), name='release_plan_days'),
        ),
        migrations.AddConstraint(
            model_name='releaseplan',
            constraint=models.CheckConstraint(condition=models.Q(('expected_share__range', (1, 100))), name='release_plan_share'),
        ),
        migrations.AddConstraint(
            model_name='releaseplan',
            constraint=models.CheckConstraint(condition=models.Q(('armed_by', None), models.Q(('armed_by', models.F('edited_by')), _negated=True), _connector='OR'), name='release_plan_two_people'),
        ),
        migrations.AddConstraint(
            model_name='releaseplan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('armed_by', None), ('state', 'draft')), models.Q(('state', 'draft'), _negated=True), _connector='OR'), name='release_plan_draft_is_not_armed'),
        ),
        migrations.AddConstraint(
            model_name='releaserow',
            constraint=models.CheckConstraint(condition=models.Q(('day_from__lte', models.F('day_until'))), name='release_row_days'),
        ),
        migrations.AddConstraint(
            model_name='releaserow',
            constraint=models.CheckConstraint(condition=models.Q(('places', None), ('places__gte', 1), _connector='OR'), name='release_row_places'),
        ),
        migrations.AddConstraint(
            model_name='releaserow',
            constraint=models.CheckConstraint(condition=models.Q(('dose_number', None), ('dose_number__gte', 1), _connector='OR'), name='release_row_dose'),
        ),
    ]
