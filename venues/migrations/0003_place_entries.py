import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('venues', '0002_slot_changes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PlaceEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('balance', '台帳の開始'), ('opened', '枠を開いた'), ('resized', '定員変更'), ('released', '自動で移した'), ('allowed', '超過枠'), ('closed', '枠を閉じた'), ('reopened', '枠を再開した'), ('claimed', '予約'), ('moved_in', '変更で入った'), ('moved_out', '変更で出た'), ('cancelled', '取消'), ('held', '仮押さえ'), ('unheld', '仮押さえの終わり'), ('settled', '台帳の訂正'), ('shredded', '試験データの消去')], max_length=10)),
                ('taken', models.IntegerField(db_default=0, default=0)),
                ('held', models.IntegerField(db_default=0, default=0)),
                ('capacity', models.IntegerField(db_default=0, default=0)),
                ('allowance', models.IntegerField(db_default=0, default=0)),
                ('capacity_after', models.PositiveIntegerField(null=True)),
                ('reason', models.CharField(db_default='', default='', max_length=100, verbose_name='理由')),
                ('reservation_id', models.UUIDField(null=True)),
                ('happened_at', models.DateTimeField()),
                ('bucket', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='venues.bucket')),
                ('done_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddField('bucket', 'held', models.PositiveIntegerField(db_default=0, default=0, verbose_name='仮押さえ')),
        migrations.AddField('bucket', 'allowance', models.PositiveIntegerField(db_default=0, default=0, verbose_name='超過枠')),
        migrations.AddField('bucket', 'allowance_until', models.DateTimeField(null=True, verbose_name='超過枠の期限')),
        migrations.RemoveConstraint('bucket', 'bucket_never_oversold'),
        migrations.AddConstraint(
            'bucket',
            models.CheckConstraint(
                condition=models.Q(taken__gte=0)
                & models.Q(held__gte=0)
                & models.Q(taken__lte=models.F('capacity') + models.F('allowance') - models.F('held')),
                name='bucket_never_oversold',
            ),
        ),
    ]
