"""The rules of a programme (事業の決まり): how its doses are booked together, and of which maker."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from booking.pairing import MakerRule, PairRule, Unanswered


class ProgrammeRule(models.Model):
    """The pair rule and the maker rule of a programme from a day on; a new rule is a new row."""

    programme = models.ForeignKey("venues.Programme", models.PROTECT, related_name="rules")
    effective_from = models.DateField(_("適用開始日"))
    pair_rule = models.CharField(
        _("接種回の組み合わせ"), max_length=12, choices=PairRule, default=PairRule.EACH
    )
    maker_rule = models.CharField(
        _("ワクチンの組み合わせ"), max_length=12, choices=MakerRule, default=MakerRule.SAME_VACCINE
    )
    unanswered = models.CharField(
        _("割当てに返事がないとき"), max_length=10, choices=Unanswered, default=Unanswered.KEEP,
        db_default="keep",
    )  # fmt: skip
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["programme_id", "effective_from"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["programme", "effective_from"], name="programme_rule_once"
            ),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "programme", "effective_from", "pair_rule", "maker_rule", "unanswered",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.programme} {self.effective_from}"
