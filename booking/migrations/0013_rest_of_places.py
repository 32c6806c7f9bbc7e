
import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('booking', '0012_transfers'),
    ]

    operations = [
        migrations.AddField(
            model_name='bookingrules',
            name='rest_minutes',
            field=models.PositiveSmallIntegerField(db_default=15, default=15, validators=[django.core.validators.MaxValueValidator(15)], verbose_name='取消で空いた枠を、空きに戻すまでの時間（分まで）'),
        ),
        migrations.AddField(
            model_name='historicalbookingrules',
            name='rest_minutes',
            field=models.PositiveSmallIntegerField(db_default=15, default=15, validators=[django.core.validators.MaxValueValidator(15)], verbose_name='取消で空いた枠を、空きに戻すまでの時間（分まで）'),
        ),
        migrations.AddConstraint(
            model_name='bookingrules',
            constraint=models.CheckConstraint(condition=models.Q(('rest_minutes__lte', 15)), name='rules_rest_not_long'),
        ),
    ]
