from django.db import migrations, models

COUNT = """
CREATE FUNCTION directory_count_edition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE directory.directory_edition SET number = number + 1;
    RETURN NULL;
END $$;
CREATE TRIGGER directory_changed AFTER INSERT OR UPDATE OR DELETE ON directory_municipality
    FOR EACH STATEMENT EXECUTE FUNCTION directory_count_edition();
CREATE TRIGGER directory_changed AFTER INSERT OR UPDATE OR DELETE ON directory_host
    FOR EACH STATEMENT EXECUTE FUNCTION directory_count_edition();
INSERT INTO directory_edition (number) VALUES (1);
"""
NO_MORE = """
DROP TRIGGER directory_changed ON directory_host;
DROP TRIGGER directory_changed ON directory_municipality;
DROP FUNCTION directory_count_edition();
"""


class Migration(migrations.Migration):
    """A change of the directory is found by one number instead of asking for every host again."""

    dependencies = [("directory", "0002_relocations")]

    operations = [
        migrations.AddField(
            model_name="municipality",
            name="migrated_to",
            field=models.CharField(default="", max_length=64),
        ),
        migrations.CreateModel(
            name="Edition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.RunSQL(COUNT, NO_MORE),
    ]
