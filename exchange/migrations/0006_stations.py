import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0005_handover_answers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Station',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=60, verbose_name='端末の名前')),
                ('place', models.CharField(max_length=60, verbose_name='置き場所')),
                ('registered_at', models.DateTimeField()),
                ('struck_off_at', models.DateTimeField(null=True)),
                ('registered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('struck_off_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-registered_at'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('struck_off_at__isnull', True), ('struck_off_by__isnull', True)), models.Q(('struck_off_at__isnull', False), ('struck_off_by__isnull', False)), _connector='OR'), name='station_struck_off_by_somebody')],
            },
        ),
    ]
