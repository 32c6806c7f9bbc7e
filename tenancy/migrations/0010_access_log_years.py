"""How long a line of the access log must stay, as the ward sets it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tenancy', '0009_open_sign_ins'),
    ]

    operations = [
        migrations.AddField(
            model_name='historicalstanding',
            name='access_log_years',
            field=models.PositiveSmallIntegerField(default=5, verbose_name='閲覧記録の保存期間（年）'),
        ),
        migrations.AddField(
            model_name='standing',
            name='access_log_years',
            field=models.PositiveSmallIntegerField(default=5, verbose_name='閲覧記録の保存期間（年）'),
        ),
        migrations.AddConstraint(
            model_name='standing',
            constraint=models.CheckConstraint(condition=models.Q(('access_log_years__gte', 1), ('access_log_years__lte', 30)), name='standing_access_log_years'),
        ),
    ]
