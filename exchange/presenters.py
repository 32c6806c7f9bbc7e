"""How parcels, dry runs and handover records are said on a page (画面の言葉)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.layouts.problems import Code
from exchange.models import HandoverRecord, Medium, Parcel, PrintLogEntry
from exchange.print_logs import lies_about
from shared.templatetags.words import moment
from tenancy.models import Staff
from tenancy.permissions import Permission

State = Parcel.State

TONES = {
    State.RECEIVED: "caution",
    State.CHECKING: "info",
    State.CHECKED: "caution",
    State.APPLYING: "info",
    State.APPLIED: "positive",
    State.REFUSED: "negative",
    State.RETURNED: "neutral",
    State.BUILDING: "info",
    State.SEALED: "caution",
    State.FETCHED: "caution",
    State.CLOSED: "positive",
    State.EXPIRED: "neutral",
}

_IN_STEPS = {
    State.RECEIVED: 2,
    State.CHECKING: 3,
    State.CHECKED: 4,
    State.APPLYING: 5,
    State.APPLIED: 6,
}

WHAT = {
    "new": gettext_lazy("新規"),
    "changed": gettext_lazy("変更あり"),
    "reissued": gettext_lazy("再発行（旧番号は失効）"),
    "void": gettext_lazy("番号の失効"),
    "same": gettext_lazy("変更なし"),
    "gone": gettext_lazy("台帳にあって名簿にない（何も変えません）"),
}
FLAGS = {"0": gettext_lazy("なし"), "1": gettext_lazy("転出"), "2": gettext_lazy("死亡")}


@dataclass(frozen=True)
class ParcelLine:
    """One parcel in a list and at the top of its page."""

    parcel: Parcel

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return TONES[State(self.parcel.state)]

    @property
    def title(self) -> str:
        """What is in it, where it is no roster."""
        words = {
            "INC": _("漏えい等の報告資料"),
            "PRT": _("印字データ"),
            "PUL": _("抜取リスト"),
            "PRR": _("印刷結果"),
        }
        return words.get(self.parcel.layout, "")

    @property
    def step(self) -> int:
        """How far a received list has come, of six steps."""
        return _IN_STEPS.get(State(self.parcel.state), 1)

    @property
    def is_on_its_way(self) -> bool:
        """Whether the steps say anything about it."""
        return State(self.parcel.state) in _IN_STEPS

    @property
    def progress_words(self) -> str:
        """What is being done right now."""
        words = {
            State.CHECKING: _("中身を確かめています"),
            State.APPLYING: _("取り込んでいます"),
            State.BUILDING: _("ファイルを作っています"),
        }
        return words.get(State(self.parcel.state), "")

    def facts(self) -> list[tuple[str, Any]]:
        """What is known about a received list, whoever looks."""
        parcel = self.parcel
        return [
            (_("受渡し番号"), parcel.number),
            (_("基準日"), f"{parcel.base_date:%Y-%m-%d}"),
            (_("全件・差分"), parcel.get_load_display()),
            (_("申告された件数"), parcel.declared_rows),
            (_("ファイルを渡した人"), name_of(parcel.first_by)),
            (_("パスワードを入力した人"), name_of(parcel.unlocked_by)),
            (_("承認した人"), name_of(parcel.second_by)),
            ("SHA-256", parcel.sha256),
        ]


@dataclass(frozen=True)
class Actions:
    """What this person may do with a received list now, and why not."""

    parcel: Parcel
    staff: Staff

    @property
    def may_unlock(self) -> bool:
        """Another person types the password."""
        return self.parcel.state == State.RECEIVED and self._is_second

    @property
    def may_commit(self) -> bool:
        """Another person lets it in."""
        return self.parcel.state == State.CHECKED and self._is_second

    @property
    def may_give_back(self) -> bool:
        """Before it is let in, it may go back."""
        return self.parcel.state in {State.RECEIVED, State.CHECKED} and self.staff.may(
            Permission.COMMIT_FILE
        )

    @property
    def needs_another(self) -> bool:
        """Whether the next step waits for somebody else."""
        waits = self.parcel.state in {State.RECEIVED, State.CHECKED}
        return waits and self.parcel.first_by_id == self.staff.pk

    @property
    def _is_second(self) -> bool:
        return self.parcel.first_by_id != self.staff.pk and self.staff.may(Permission.COMMIT_FILE)


@dataclass(frozen=True)
class DryRun:
    """The counts of a dry run, in words."""

    parcel: Parcel

    @property
    def figures(self) -> list[tuple[str, int, str]]:
        """The four numbers that matter first: words, count, tone."""
        said = self.parcel.summary
        return [
            (_("行"), said["rows"], ""),
            (_("取り込める行"), said["taken"], "positive"),
            (_("誤りのある行"), said["refused"], "negative" if said["refused"] else ""),
            (_("注意のある行"), said["warned"], ""),
        ]

    @property
    def meanings(self) -> list[tuple[str, int]]:
        """What the rows mean for the register."""
        return [(str(words), self.parcel.summary["what"][key]) for key, words in WHAT.items()]

    @property
    def ages(self) -> Sequence[Any]:
        """People by age on the base date."""
        return list(self.parcel.summary["ages"])

    @property
    def groups(self) -> Sequence[Any]:
        """People by priority group."""
        return list(self.parcel.summary["groups"])

    @property
    def flags(self) -> list[tuple[str, int]]:
        """People by flag."""
        found = self.parcel.summary["flags"]
        return [(str(words), found.get(key, 0)) for key, words in FLAGS.items()]

    @property
    def codes(self) -> list[tuple[str, str, int]]:
        """How often each code was found."""
        found = self.parcel.summary["codes"]
        return [(code, Code(code).label, count) for code, count in found.items()]

    @property
    def holders(self) -> int:
        """People who lose their right and hold a reservation."""
        return int(self.parcel.summary.get("flagged_with_reservation", 0))

    @property
    def not_shown(self) -> int:
        """Findings beyond those that were kept one by one."""
        return int(self.parcel.summary["problems"]) - int(self.parcel.summary["problems_kept"])


def handover_facts(record: HandoverRecord) -> list[tuple[str, Any]]:
    """A handover record as it is printed."""
    facts = [
        (_("確認書番号"), record.number),
        (_("日時"), moment(record.happened_at)),
        (_("登録業務の名称"), record.registered_business),
        (_("保有課"), record.owning_section),
        (_("渡したもの"), record.get_thing_display()),
        (_("情報の内容"), record.content),
        (_("数量"), quantity_of(record)),
        (_("媒体"), record.medium),
        *_aim_of(record),
        *_counts_of(record),
        ("SHA-256", record.sha256 or "－"),
        *zip(sides_of(record), (record.given_by_words, record.taken_by_words), strict=True),
    ]
    if record.note:
        facts.append((_("備考"), record.note))
    return facts


def sides_of(record: HandoverRecord) -> tuple[str, str]:
    """What the two people of a record are called."""
    if record.moment == HandoverRecord.Moment.ERASED:
        return _("消去した人"), _("立ち会った人")
    return _("渡した人"), _("受け取った人")


def _aim_of(record: HandoverRecord) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    if record.parcel:
        found.append((_("利用目的"), record.parcel.aim.label))
    if record.follows:
        found.append((_("もとの確認書"), record.follows.number))
    return found


def _counts_of(record: HandoverRecord) -> list[tuple[str, Any]]:
    if record.expected is None:
        return []
    return [
        (_("抜取の数量"), f"{record.pulled or 0:,}"),
        (_("納品されるべき数量"), f"{record.expected:,}"),
    ]


def medium_facts(medium: Medium) -> list[tuple[str, Any]]:
    """A medium as its page tells it."""
    return [
        (_("媒体の管理番号"), medium.number),
        (_("媒体の種類"), medium.kind),
        (_("情報の内容"), medium.content),
        (_("元のファイル"), medium.parcel.number if medium.parcel else "－"),
        (_("媒体の保管場所"), medium.data_place),
        (_("パスワード通知書の保管場所"), medium.notice_place),
        (_("状態"), medium.get_ending_display() or _("返却も消去もされていません")),
    ]


def quantity_of(record: HandoverRecord) -> str:
    """Rows of a file, sheets of a notice."""
    sheets = {HandoverRecord.Thing.NOTICE, HandoverRecord.Thing.ENVELOPES}
    words = _("%(rows)s枚") if record.thing in sheets else _("%(rows)s件")
    return words % {"rows": f"{record.rows:,}"}


def name_of(staff: Staff | None) -> str:
    """Who did it, or a dash while nobody has."""
    return f"{staff.display_name}（{staff.organisation}）" if staff else "－"


@dataclass(frozen=True)
class PrintLine:
    """One print in the log, and whether its sheets lay about."""

    entry: PrintLogEntry
    now: datetime

    @property
    def step(self) -> Any:
        """What came next, or None so far."""
        return getattr(self.entry, "next_step", None)

    @property
    def is_late(self) -> bool:
        """Whether the next step was or is late."""
        return lies_about(self.entry, at=self.now)
