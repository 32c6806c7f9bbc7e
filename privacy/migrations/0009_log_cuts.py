"""Cuts of the access log: a checkpoint stays, and only its owner's cut may take lines away."""

from django.db import migrations, models

BODY = """
CREATE OR REPLACE FUNCTION privacy_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
{allowed}    RAISE EXCEPTION '% holds facts: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'insufficient_privilege';
END
$$;
"""
# A transaction that says so, of somebody with the right to: the house's own role has none.
ALLOWED = """    IF TG_OP = 'DELETE' AND TG_TABLE_NAME IN ('privacy_accessentry', 'privacy_chainlink')
            AND current_setting('waku.log_cut', true) = 'on' THEN
        RETURN NULL;
    END IF;
"""
STAYS = (
    "CREATE TRIGGER privacy_logcut_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON privacy_logcut "
    "FOR EACH STATEMENT EXECUTE FUNCTION privacy_refuse_change();"
)


class Migration(migrations.Migration):

    dependencies = [
        ('privacy', '0008_count_alerts'),
    ]

    operations = [
        migrations.CreateModel(
            name='LogCut',
            fields=[
                ('number', models.BigIntegerField(primary_key=True, serialize=False)),
                ('through', models.BigIntegerField()),
                ('head', models.BinaryField(max_length=32)),
                ('kept_years', models.PositiveSmallIntegerField()),
                ('consent', models.CharField(max_length=40)),
                ('cut_at', models.DateTimeField()),
                ('signature', models.BinaryField(max_length=32)),
            ],
        ),
        migrations.RunSQL(
            BODY.replace("{allowed}", ALLOWED),
            BODY.replace("{allowed}", ""),
        ),
        migrations.RunSQL(STAYS, "DROP TRIGGER privacy_logcut_stays ON privacy_logcut;"),
    ]
