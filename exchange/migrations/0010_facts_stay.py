"""Whoever owns the tables is refused too: what was handed over, printed and answered stays (S-75)."""

from django.db import migrations

FACTS = (
    "exchange_handoverrecord", "exchange_handoveranswer", "exchange_parcelevent",
    "exchange_printlogentry", "exchange_nextstep",
)

# No TRUNCATE here: a rehearsal with dummy people is emptied whole before anything real begins.
REFUSE = """
CREATE FUNCTION exchange_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% holds facts: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'insufficient_privilege';
END
$$;
""" + "".join(
    f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION exchange_refuse_change();\n"
    for table in FACTS
)
ALLOW = "".join(f"DROP TRIGGER {table}_stays ON {table};\n" for table in FACTS) + (
    "DROP FUNCTION exchange_refuse_change();"
)


class Migration(migrations.Migration):

    dependencies = [("exchange", "0009_print_log")]

    operations = [migrations.RunSQL(REFUSE, ALLOW)]
