"""How a mailing is said on a page (発送便の言葉)."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from booking import mailings
from booking.models import Envelope, LeftOutVoucher, Mailing
from exchange import parcels
from exchange.layouts.problems import Code
from exchange.models import Parcel
from exchange.presenters import ParcelLine, name_of

State, Reason = Envelope.State, LeftOutVoucher.Reason


@dataclass(frozen=True)
class MailingLine:
    """One mailing in the list and at the top of its page."""

    mailing: Mailing

    @cached_property
    def files(self) -> list[ParcelLine]:
        """Its files, the newest first."""
        return [ParcelLine(one) for one in parcels.about(self.mailing)]

    @property
    def run(self) -> Parcel | None:
        """Its print run."""
        return next((one.parcel for one in self.files if one.parcel.layout == "PRT"), None)

    @property
    def words(self) -> str:
        """How far it is, in a word or two."""
        if self.mailing.closed_at is not None:
            return str(_("完了") if self.mailing.counted else _("取りやめ"))
        run = self.run
        if run is None or not self.mailing.envelopes:
            return str(run.get_state_display()) if run else "－"
        return str(_("発送済み") if self.mailing.mailed_on else _("印刷・発送中"))

    @property
    def tone(self) -> str:
        """The colour of that word."""
        if self.mailing.closed_at is not None:
            return "positive" if self.mailing.counted else "neutral"
        run = self.run
        return "negative" if run is not None and run.state == Parcel.State.REFUSED else "info"

    @property
    def ages(self) -> str:
        """Whom it is for."""
        youngest, oldest = self.mailing.youngest, self.mailing.oldest
        if youngest is None and oldest is None:
            return str(_("全員"))
        if oldest is None:
            return str(_("%(age)s歳以上") % {"age": youngest})
        if youngest is None:
            return str(_("%(age)s歳以下") % {"age": oldest})
        return str(_("%(youngest)s～%(oldest)s歳") % {"youngest": youngest, "oldest": oldest})

    def facts(self) -> list[tuple[str, Any]]:
        """What was said when it was asked for, and since."""
        one = self.mailing
        said = [
            (_("対象の年齢"), f"{self.ages}（{one.age_on:%Y-%m-%d}）"),
            (_("名簿の基準日"), f"{one.base_date:%Y-%m-%d}"),
            (_("請求先"), one.bill_to),
            (_("依頼した人"), name_of(one.made_by)),
            (_("発送日"), f"{one.mailed_on:%Y-%m-%d}" if one.mailed_on else "－"),
        ]
        if one.closed_at is not None:
            said.append((_("納品された封筒の数"), f"{one.counted or 0:,}"))
            said.append((_("完了した人"), name_of(one.closed_by)))
            said.append((_("説明"), one.closing_words or "－"))
        return said

    @property
    def left_out(self) -> list[tuple[str, int, bool]]:
        """Reason in words, how many people, and whether the ward's next list can mend it."""
        found = self.mailing.left_out
        return [
            (str(one.label), found[one.value], one in LeftOutVoucher.MENDABLE)
            for one in Reason
            if found.get(one.value)
        ]

    @property
    def left_out_count(self) -> int:
        """How many were left out in all."""
        return sum(self.mailing.left_out.values())

    @cached_property
    def states(self) -> dict[str, int]:
        """Envelopes by state."""
        return mailings.states_of(self.mailing)

    @property
    def may_call_off(self) -> bool:
        """Whether nothing of it was printed."""
        return set(self.states) <= {State.PLANNED}

    @property
    def figures(self) -> list[tuple[str, int, str]]:
        """The numbers that must come out even: planned = delivered + pulled + open."""
        still = sum(self.states.get(one, 0) for one in mailings.ON_THE_WAY)
        return [
            (_("印字データの封筒"), self.mailing.envelopes, ""),
            (_("納品された"), self.states.get(State.DELIVERED, 0), "positive"),
            (_("抜き取った"), self.states.get(State.PULLED, 0), ""),
            (_("まだ終わっていない"), still, "caution" if still else ""),
        ]


@dataclass(frozen=True)
class ResultsRun:
    """The counts of a result file's dry run, in words."""

    parcel: Parcel

    @property
    def figures(self) -> list[tuple[str, int, str]]:
        """What matters first."""
        said = self.parcel.summary
        wrong = said["unknown"] + said["differs"] + said["twice"]
        return [
            (_("行"), said["rows"], ""),
            (_("合った封筒（納品・抜取）"), said["matched"], "positive"),
            (_("まだ終わっていない連番"), said["missing"], "caution" if said["missing"] else ""),
            (_("合わない行"), wrong, "negative" if wrong else ""),
        ]

    @property
    def counts(self) -> list[tuple[str, int]]:
        """Each kind of row."""
        said = self.parcel.summary
        return [
            (_("納品"), said["delivered"]),
            (_("抜取"), said["pulled"]),
            (_("印刷・封入の途中"), said["under_way"]),
            (_("損紙（再印刷の前）"), said["spoiled"]),
            (_("印字データにない連番"), said["unknown"]),
            (_("券番号が違う連番"), said["differs"]),
            (_("二重の納品・抜取"), said["twice"]),
            (_("抜取リストにあるのに納品"), said["not_pulled"]),
            (_("抜取リストにない抜取"), said["unasked"]),
        ]

    @property
    def gaps(self) -> list[str]:
        """Serials that have not come to their end, as ranges."""
        return list(self.parcel.summary["gaps"])

    @property
    def codes(self) -> list[tuple[str, str, int]]:
        """How often each code was found."""
        found = self.parcel.summary["codes"]
        return [(code, Code(code).label, count) for code, count in found.items()]

    @property
    def not_shown(self) -> int:
        """Findings beyond those that were kept one by one."""
        return int(self.parcel.summary["problems"]) - int(self.parcel.summary["problems_kept"])
