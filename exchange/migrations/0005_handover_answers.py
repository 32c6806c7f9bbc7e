import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0004_purposes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='handoverrecord',
            name='thing',
            field=models.CharField(choices=[('data', '暗号化したファイル'), ('notice', 'パスワード通知書')], db_default='data', default='data', max_length=6, verbose_name='渡したもの'),
        ),
        migrations.CreateModel(
            name='HandoverAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('confirmed', '確認した'), ('objected', '異議がある')], max_length=10)),
                ('words', models.CharField(default='', max_length=200)),
                ('answered_by_words', models.CharField(max_length=120)),
                ('answered_at', models.DateTimeField()),
                ('answered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('record', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='answer', to='exchange.handoverrecord')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('what', 'confirmed'), models.Q(('words', ''), _negated=True), _connector='OR'), name='objection_has_words')],
            },
        ),
    ]
