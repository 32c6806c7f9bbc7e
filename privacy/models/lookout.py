"""The lookout (見張り): where the ward is told, and what was checked and told so far."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class Lookout(models.Model):
    """The one row of settings: the ward's mailbox, and what goes there."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    mailbox = models.EmailField(_("区のメールボックス"), default="", blank=True)
    heads_by_mail = models.BooleanField(_("閲覧記録の写しを送る"), default=False)
    summary_by_mail = models.BooleanField(_("週ごとのまとめを送る"), default=True)
    review_permille = models.PositiveSmallIntegerField(
        _("抜き取って確かめる閲覧（1,000件のうち）"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
    )
    review_days = models.PositiveSmallIntegerField(
        _("確かめる期限（日）"), default=7, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    history = HistoricalRecords()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="lookout_one_row"),
            models.CheckConstraint(
                condition=models.Q(review_permille__range=(1, 1000), review_days__range=(1, 60)),
                name="lookout_reviews_within_reason",
            ),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "mailbox", "heads_by_mail", "summary_by_mail", "review_permille", "review_days",
        }  # fmt: skip

    def __str__(self) -> str:
        return self.mailbox


class LogCheck(models.Model):
    """A fact: the access log was verified then, whole, and so much was found."""

    checked_at = models.DateTimeField()
    links = models.BigIntegerField()
    entries = models.BigIntegerField()
    findings = models.PositiveIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-checked_at"], name="log_check_by_time")]

    class Privacy:
        append_only = True
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "checked_at", "links", "entries", "findings"}

    def __str__(self) -> str:
        return f"{self.checked_at:%Y-%m-%d %H:%M} {self.findings}"


class WeekTold(models.Model):
    """A fact: the summary of the week that begins on this day went to the ward."""

    first_day = models.DateField(primary_key=True)
    told_at = models.DateTimeField()

    class Privacy:
        append_only = True
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"first_day", "told_at"}

    def __str__(self) -> str:
        return f"{self.first_day}"
