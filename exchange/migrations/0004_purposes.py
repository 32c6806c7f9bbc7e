from django.db import migrations, models

NAMED = """
UPDATE exchange_parcel SET purpose = CASE layout
    WHEN 'TGT' THEN 'register' WHEN 'INC' THEN 'incident' ELSE 'visit_day' END;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0003_ward_told_of_fetches'),
    ]

    operations = [
        migrations.AddField(
            model_name='parcel',
            name='purpose',
            field=models.CharField(choices=[('register', '予約対象者の登録'), ('visit_day', '当日の会場での受付'), ('ward_check', '区による照合・確認'), ('incident', '漏えい等の調査・報告')], db_default='', default='', max_length=12, verbose_name='利用目的'),
        ),
        migrations.RunSQL(NAMED, migrations.RunSQL.noop),
    ]
