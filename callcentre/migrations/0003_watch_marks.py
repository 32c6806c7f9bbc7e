
import django.db.models.deletion
import privacy.fields
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('booking', '0008_waiting_list'),
        ('callcentre', '0002_consoles'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='WatchMark',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('reason', privacy.fields.SealedText()),
                ('set_at', models.DateTimeField()),
                ('lifted_at', models.DateTimeField(null=True)),
                ('lift_reason', privacy.fields.SealedText(null=True)),
            ],
            options={
                'ordering': ['-set_at'],
            },
        ),
        migrations.AddField(
            model_name='callparty',
            name='opened_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='callparty',
            name='opened_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='callparty',
            name='opening_asked_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='callparty',
            name='opening_reason',
            field=models.CharField(default='', max_length=20),
        ),
        migrations.AddIndex(
            model_name='callparty',
            index=models.Index(condition=models.Q(('opened_at__isnull', True), ('opening_asked_at__isnull', False)), fields=['opening_asked_at'], name='party_waits_to_be_opened'),
        ),
        migrations.AddConstraint(
            model_name='callparty',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('opened_at__isnull', True), ('opened_by__isnull', True)), models.Q(('opened_at__isnull', False), ('opened_by__isnull', False)), _connector='OR'), name='party_opened_by_somebody'),
        ),
        migrations.AddField(
            model_name='watchmark',
            name='lifted_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='watchmark',
            name='resident',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='booking.resident'),
        ),
        migrations.AddField(
            model_name='watchmark',
            name='set_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='watchmark',
            constraint=models.UniqueConstraint(condition=models.Q(('lifted_at__isnull', True)), fields=('resident',), name='watch_mark_once'),
        ),
        migrations.AddConstraint(
            model_name='watchmark',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lifted_at__isnull', True), ('lifted_by__isnull', True)), models.Q(('lifted_at__isnull', False), ('lifted_by__isnull', False)), _connector='OR'), name='watch_mark_lifted_by_somebody'),
        ),
    ]
