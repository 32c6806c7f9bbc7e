"""How a municipality stands: its stage and the words and hours that are its own (段階・基本設定)."""

from typing import ClassVar, Final

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class Stage(models.TextChoices):
    """構築 → 仮稼働 → 本稼働 → 終了 (S-13, S-46, S-56)."""

    BUILDING = "building", _("構築（ダミーデータのみ）")
    TRIAL = "trial", _("仮稼働")
    LIVE = "live", _("本稼働")
    ENDED = "ended", _("終了")


# What a ward may choose: long enough to work, short enough for a screen that was left (T22).
BOUNDS: Final = {
    "staff_idle_minutes": (5, 60),
    "staff_longest_hours": (1, 12),
    "resident_idle_minutes": (10, 30),
    "resident_longest_minutes": (30, 120),
    "access_log_years": (1, 30),  # not about sessions: how long a line of the log must stay
}


class Standing(models.Model):
    """The one row of settings a municipality has; read often, changed rarely."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.BUILDING)
    approved_on = models.DateField(_("審議会了承日"), null=True, blank=True)
    contract_from = models.DateField(_("契約開始日"), null=True, blank=True)
    contract_until = models.DateField(_("契約終了日"), null=True, blank=True)
    owning_section = models.CharField(_("保有課"), max_length=40, default="保健予防課")
    registered_business = models.CharField(_("登録業務の名称"), max_length=40, default="予防接種")
    programme = models.CharField(_("事業名"), max_length=60, default="集団予防接種")
    programme_en = models.CharField(_("事業名（英語）"), max_length=80, default="", blank=True)
    short_name = models.CharField(_("メッセージでの名乗り"), max_length=12, default="")
    call_centre_number = models.CharField(_("コールセンターの電話番号"), max_length=20, default="")
    call_centre_hours = models.CharField(_("コールセンターの受付時間"), max_length=60, default="")
    call_centre_hours_en = models.CharField(
        _("コールセンターの受付時間（英語）"), max_length=120, default="", blank=True
    )
    purpose_notice = models.TextField(_("利用目的の明示"), default="")
    purpose_notice_en = models.TextField(_("利用目的の明示（英語）"), default="", blank=True)
    purpose_notice_version = models.PositiveIntegerField(default=1)
    # What those who work here accept at their first sign-in; empty: the words of tenancy.pledges.
    pledge = models.TextField(_("誓約"), default="", blank=True)
    handling_notice = models.TextField(_("取扱いの注意"), default="", blank=True)
    pledge_version = models.PositiveIntegerField(default=1)
    proxy_allowed = models.BooleanField(_("代理の申込みへの承諾"), default=False)
    roster_hour = models.PositiveSmallIntegerField(_("予約名簿を作る時（時）"), default=18)
    # How long somebody stays signed in; BOUNDS says within which limits.
    staff_idle_minutes = models.PositiveSmallIntegerField(
        _("職員：操作がないとき（分）"), default=30
    )
    staff_longest_hours = models.PositiveSmallIntegerField(
        _("職員：ログインから（時間）"), default=12
    )
    resident_idle_minutes = models.PositiveSmallIntegerField(
        _("住民：操作がないとき（分）"), default=15
    )
    resident_longest_minutes = models.PositiveSmallIntegerField(
        _("住民：手続きの初めから（分）"), default=60
    )
    access_log_years = models.PositiveSmallIntegerField(_("閲覧記録の保存期間（年）"), default=5)
    history = HistoricalRecords()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="standing_one_row"),
            models.CheckConstraint(
                condition=models.Q(roster_hour__lt=24), name="standing_roster_hour"
            ),
            *(
                models.CheckConstraint(
                    condition=models.Q(**{f"{name}__gte": least, f"{name}__lte": most}),
                    name=f"standing_{name}",
                )
                for name, (least, most) in BOUNDS.items()
            ),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "stage", "approved_on", "contract_from", "contract_until", "owning_section",
            "registered_business", "programme", "programme_en", "short_name", "call_centre_number",
            "call_centre_hours", "call_centre_hours_en", "purpose_notice", "purpose_notice_en",
            "purpose_notice_version", "proxy_allowed", "roster_hour", *BOUNDS,
            "pledge", "handling_notice", "pledge_version",
        }  # fmt: skip

    def __str__(self) -> str:
        return self.stage

    @property
    def shown_programme(self) -> str:
        """The programme in the language of the page."""
        return _in_this_language(self.programme, english=self.programme_en)

    @property
    def shown_hours(self) -> str:
        """The call centre's hours in the language of the page."""
        return _in_this_language(self.call_centre_hours, english=self.call_centre_hours_en)

    @property
    def shown_notice(self) -> str:
        """The purpose notice in the language of the page."""
        return _in_this_language(self.purpose_notice, english=self.purpose_notice_en)

    @property
    def takes_dummy_only(self) -> bool:
        """Before 本稼働 nobody real may enter; from 本稼働 on nobody dummy (S-13, S-56)."""
        return self.stage in {Stage.BUILDING, Stage.TRIAL}


def _in_this_language(japanese: str, *, english: str) -> str:
    """Japanese words where nobody wrote English ones: better read than missed."""
    return japanese if (get_language() or "ja").startswith("ja") else english or japanese


class StageChange(models.Model):
    """A fact: who moved the municipality to which stage, when and why. Never edited."""

    before = models.CharField(max_length=10, choices=Stage)
    after = models.CharField(max_length=10, choices=Stage)
    reason = models.CharField(max_length=200)
    asked_by = models.ForeignKey("tenancy.Staff", models.PROTECT, related_name="+")
    agreed_by = models.ForeignKey("tenancy.Staff", models.PROTECT, related_name="+", null=True)
    happened_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(agreed_by__isnull=True)
                | ~models.Q(asked_by=models.F("agreed_by")),
                name="stage_two_people",
            ),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "before", "after", "reason", "asked_by", "agreed_by", "happened_at",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"
