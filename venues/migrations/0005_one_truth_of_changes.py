"""What a slot change told stands in the ledger."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("venues", "0004_open_the_ledger")]

    operations = [
        migrations.RemoveIndex("slotchange", "change_of_slot"),
        migrations.DeleteModel("SlotChange"),
    ]
