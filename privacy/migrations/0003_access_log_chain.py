"""The chain of the access log: its links, what waits for one, and who is refused to change facts."""

import privacy.models.chain_link
from django.db import migrations, models

FACTS = ("privacy_accessentry", "privacy_chainlink", "privacy_loganchor")

REFUSE = """
CREATE FUNCTION privacy_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% holds facts: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'insufficient_privilege';
END
$$;
""" + "".join(
    f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION privacy_refuse_change();\n"
    for table in FACTS
)
ALLOW = "".join(f"DROP TRIGGER {table}_stays ON {table};\n" for table in FACTS) + (
    "DROP FUNCTION privacy_refuse_change();"
)

# In the line's own transaction, whichever statement writes it: what commits is noted, or neither is.
NOTE = """
CREATE FUNCTION privacy_note_unlinked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO privacy_unlinkedentry (entry_id) SELECT id FROM fresh;
    RETURN NULL;
END
$$;
CREATE TRIGGER privacy_accessentry_noted AFTER INSERT ON privacy_accessentry
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION privacy_note_unlinked();
INSERT INTO privacy_unlinkedentry (entry_id) SELECT id FROM privacy_accessentry;
"""
FORGET = """
DROP TRIGGER privacy_accessentry_noted ON privacy_accessentry;
DROP FUNCTION privacy_note_unlinked();
"""


class Migration(migrations.Migration):

    dependencies = [("privacy", "0002_failure_budget")]

    operations = [
        migrations.CreateModel(
            name="ChainLink",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("entry_ids", privacy.models.chain_link.BigIntegers()),
                ("entries", models.IntegerField()),
                ("through", models.BigIntegerField()),
                ("head", models.BinaryField(max_length=32)),
                ("linked_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="UnlinkedEntry",
            fields=[("entry_id", models.BigIntegerField(primary_key=True, serialize=False))],
        ),
        migrations.CreateModel(
            name="LogAnchor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.CharField(choices=[("file", "別の場所のファイル"), ("mail", "区のメールボックス")], max_length=4)),
                ("number", models.BigIntegerField()),
                ("through", models.BigIntegerField()),
                ("head", models.BinaryField(max_length=32)),
                ("told_at", models.DateTimeField()),
                ("succeeded", models.BooleanField()),
                ("error_code", models.CharField(default="", max_length=20)),
            ],
            options={"indexes": [models.Index(fields=["place", "-told_at"], name="anchor_by_place")]},
        ),
        migrations.RunSQL(REFUSE, ALLOW),
        migrations.RunSQL(NOTE, FORGET),
    ]
