
import django.core.validators
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('privacy', '0010_kept_copies'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='LookDraw',
            fields=[
                ('day', models.DateField(primary_key=True, serialize=False)),
                ('looks', models.PositiveIntegerField()),
                ('drawn', models.PositiveIntegerField()),
                ('drawn_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='LookReview',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('entry_id', models.BigIntegerField(unique=True)),
                ('happened_at', models.DateTimeField()),
                ('resident_id', models.UUIDField(null=True)),
                ('call_id', models.UUIDField(null=True)),
                ('what', models.CharField(max_length=40)),
                ('why', models.CharField(default='', max_length=120)),
                ('due_on', models.DateField()),
                ('verdict', models.CharField(choices=[('explained', '理由が確かめられた'), ('not_explained', '理由が確かめられない')], default='', max_length=14)),
                ('words', models.CharField(default='', max_length=200)),
                ('reviewed_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['due_on', 'happened_at'],
            },
        ),
        migrations.AddField(
            model_name='historicallookout',
            name='review_days',
            field=models.PositiveSmallIntegerField(default=7, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(60)], verbose_name='確かめる期限（日）'),
        ),
        migrations.AddField(
            model_name='historicallookout',
            name='review_permille',
            field=models.PositiveSmallIntegerField(default=10, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1000)], verbose_name='抜き取って確かめる閲覧（1,000件のうち）'),
        ),
        migrations.AddField(
            model_name='lookout',
            name='review_days',
            field=models.PositiveSmallIntegerField(default=7, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(60)], verbose_name='確かめる期限（日）'),
        ),
        migrations.AddField(
            model_name='lookout',
            name='review_permille',
            field=models.PositiveSmallIntegerField(default=10, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1000)], verbose_name='抜き取って確かめる閲覧（1,000件のうち）'),
        ),
        migrations.AlterField(
            model_name='alert',
            name='kind',
            field=models.CharField(choices=[('no_call', '通話なしの閲覧が多い'), ('spike', '閲覧がふだんより多い'), ('off_hours', '時間外の閲覧'), ('many_lookers', '同じ対象者を多くの職員が閲覧'), ('flagged', '転出・死亡の方の閲覧'), ('misses', '見つからない検索が多い'), ('guessing', '住民の照合の失敗が多い'), ('chain', '閲覧記録の検証で異常'), ('chainer', '閲覧記録が綴じられていない'), ('anchor', '第二の場所に写しを送れない'), ('watched', '管理者の確認が要る記録の閲覧'), ('review_late', '抜き取った閲覧の確認が遅れている'), ('unexplained', '抜き取った閲覧の理由が確かめられない'), ('counts', '枠の数と台帳が合わない')], max_length=14),
        ),
        migrations.AlterField(
            model_name='historicalodduserule',
            name='kind',
            field=models.CharField(choices=[('no_call', '通話なしの閲覧が多い'), ('spike', '閲覧がふだんより多い'), ('off_hours', '時間外の閲覧'), ('many_lookers', '同じ対象者を多くの職員が閲覧'), ('flagged', '転出・死亡の方の閲覧'), ('misses', '見つからない検索が多い'), ('guessing', '住民の照合の失敗が多い'), ('chain', '閲覧記録の検証で異常'), ('chainer', '閲覧記録が綴じられていない'), ('anchor', '第二の場所に写しを送れない'), ('watched', '管理者の確認が要る記録の閲覧'), ('review_late', '抜き取った閲覧の確認が遅れている'), ('unexplained', '抜き取った閲覧の理由が確かめられない'), ('counts', '枠の数と台帳が合わない')], db_index=True, max_length=14),
        ),
        migrations.AlterField(
            model_name='odduserule',
            name='kind',
            field=models.CharField(choices=[('no_call', '通話なしの閲覧が多い'), ('spike', '閲覧がふだんより多い'), ('off_hours', '時間外の閲覧'), ('many_lookers', '同じ対象者を多くの職員が閲覧'), ('flagged', '転出・死亡の方の閲覧'), ('misses', '見つからない検索が多い'), ('guessing', '住民の照合の失敗が多い'), ('chain', '閲覧記録の検証で異常'), ('chainer', '閲覧記録が綴じられていない'), ('anchor', '第二の場所に写しを送れない'), ('watched', '管理者の確認が要る記録の閲覧'), ('review_late', '抜き取った閲覧の確認が遅れている'), ('unexplained', '抜き取った閲覧の理由が確かめられない'), ('counts', '枠の数と台帳が合わない')], max_length=14, primary_key=True, serialize=False),
        ),
        migrations.AddConstraint(
            model_name='lookout',
            constraint=models.CheckConstraint(condition=models.Q(('review_days__range', (1, 60)), ('review_permille__range', (1, 1000))), name='lookout_reviews_within_reason'),
        ),
        migrations.AddField(
            model_name='lookreview',
            name='draw',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='privacy.lookdraw'),
        ),
        migrations.AddField(
            model_name='lookreview',
            name='reviewed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='lookreview',
            name='staff',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='lookreview',
            index=models.Index(condition=models.Q(('verdict', '')), fields=['due_on'], name='look_review_open'),
        ),
        migrations.AddConstraint(
            model_name='lookreview',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reviewed_at__isnull', True), ('reviewed_by__isnull', True), ('verdict', ''), ('words', '')), models.Q(models.Q(('verdict', ''), _negated=True), models.Q(('words', ''), _negated=True), ('reviewed_at__isnull', False), ('reviewed_by__isnull', False)), _connector='OR'), name='look_review_whole'),
        ),
        migrations.AddConstraint(
            model_name='lookreview',
            constraint=models.CheckConstraint(condition=models.Q(('reviewed_by__isnull', True), models.Q(('reviewed_by', models.F('staff')), _negated=True), _connector='OR'), name='look_review_not_by_the_looker'),
        ),
    ]
