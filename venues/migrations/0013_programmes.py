"""Several programmes at once: each opening belongs to one, those that stood to the first."""

import django.db.models.deletion
import simple_history.models
import venues.models.programme
from django.conf import settings
from django.db import migrations, models

# Where nobody names a programme it is the first one, made where there is none: what stood before,
# and what a process of the former version writes meanwhile, has one too. A new municipality is a
# copy of tables without rows, so the row is made when it is first asked for.
FIRST = """
CREATE FUNCTION venues_first_programme() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    found bigint;
BEGIN
    SELECT p.id INTO found FROM venues_programme p ORDER BY p.id LIMIT 1;
    IF found IS NULL THEN
        INSERT INTO venues_programme (name, name_en, kind, position, is_open)
        VALUES ('予防接種', 'Vaccination', 'vaccination', 1, true) ON CONFLICT DO NOTHING;
        SELECT p.id INTO found FROM venues_programme p ORDER BY p.id LIMIT 1;
    END IF;
    RETURN found;
END
$$
"""


class Migration(migrations.Migration):

    dependencies = [
        ('venues', '0012_allowances'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalProgramme',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='事業の名称')),
                ('name_en', models.CharField(max_length=60, verbose_name='英語名')),
                ('kind', models.CharField(choices=[('vaccination', '予防接種'), ('check_up', '健診・検診')], default='vaccination', max_length=12, verbose_name='種別')),
                ('position', models.PositiveSmallIntegerField(default=1, verbose_name='表示の順番')),
                ('is_open', models.BooleanField(default=True, verbose_name='受付中')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical programme',
                'verbose_name_plural': 'historical programmes',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Programme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='事業の名称')),
                ('name_en', models.CharField(max_length=60, verbose_name='英語名')),
                ('kind', models.CharField(choices=[('vaccination', '予防接種'), ('check_up', '健診・検診')], default='vaccination', max_length=12, verbose_name='種別')),
                ('position', models.PositiveSmallIntegerField(default=1, verbose_name='表示の順番')),
                ('is_open', models.BooleanField(default=True, verbose_name='受付中')),
            ],
            options={
                'ordering': ['position', 'id'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='opening',
            name='opening_once',
        ),
        migrations.AddField(
            model_name='historicalopening',
            name='dose_number',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='この接種回だけ'),
        ),
        migrations.AddField(
            model_name='opening',
            name='dose_number',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='この接種回だけ'),
        ),
        migrations.AddField(
            model_name='historicalprogramme',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='programme',
            constraint=models.UniqueConstraint(fields=('name',), name='programme_once'),
        ),
        migrations.RunSQL(FIRST, "DROP FUNCTION venues_first_programme()"),
        migrations.AddField(
            model_name='historicalopening',
            name='programme',
            field=models.ForeignKey(blank=True, db_constraint=False, db_default=venues.models.programme.FirstProgramme(), null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='venues.programme', verbose_name='事業'),
        ),
        migrations.AddField(
            model_name='opening',
            name='programme',
            field=models.ForeignKey(db_default=venues.models.programme.FirstProgramme(), on_delete=django.db.models.deletion.PROTECT, related_name='openings', to='venues.programme', verbose_name='事業'),
        ),
        migrations.AddConstraint(
            model_name='opening',
            constraint=models.UniqueConstraint(fields=('venue', 'day', 'starts_at', 'vaccine', 'programme'), name='opening_once'),
        ),
        migrations.AddConstraint(
            model_name='opening',
            constraint=models.CheckConstraint(condition=models.Q(('dose_number', None), ('dose_number__gte', 1), _connector='OR'), name='opening_dose'),
        ),
    ]
