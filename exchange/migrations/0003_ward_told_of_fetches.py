from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0002_fetches_are_counted'),
    ]

    operations = [
        migrations.AlterField(
            model_name='parcelevent',
            name='what',
            field=models.CharField(choices=[('handed_in', 'ファイルを受け取った'), ('unlocked', 'パスワードを入力した'), ('wrong_password', 'パスワードが合わなかった'), ('checked', '中身を確認した'), ('committed', '取込みを承認した'), ('applied', '取り込んだ'), ('refused', '受け取らなかった'), ('returned', '差し戻した'), ('asked', '作成を依頼した'), ('built', '作成した'), ('released', '引渡しを承認した'), ('fetched', 'ファイルを渡した'), ('password_shown', 'パスワード通知書を発行した'), ('erased', 'ファイルを消した'), ('ward_told', '区にメールで知らせた')], max_length=20),
        ),
    ]
