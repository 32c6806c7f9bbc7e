"""How accounts, their history and the permissions read on a page."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenancy.models import SecondFactorReset, Staff
from tenancy.models.handler import Gap
from tenancy.permissions import WORDS, Permission, Role, allows

LABELS = {
    "stage": gettext_lazy("段階"),
    "purpose_notice_version": gettext_lazy("利用目的の版"),
    "pledge_version": gettext_lazy("誓約の版"),
}
SHOWN = ("display_name", "organisation", "role", "is_active")


@dataclass(frozen=True)
class AccountLine:
    """One account in the list."""

    staff: Staff
    has_second_factor: bool
    gap: Gap | None = None

    @property
    def url(self) -> str:
        """Its page."""
        return reverse("tenancy:account", args=[self.staff.pk])

    @property
    def state(self) -> str:
        """The word on the badge."""
        if not self.staff.is_active:
            return _("停止中")
        if self.gap is not None:
            return str(self.gap.label)
        if self.staff.must_change_password:
            return _("初回ログイン待ち")
        return _("有効") if self.has_second_factor else _("認証アプリ未登録")

    @property
    def tone(self) -> str:
        """The badge's tone."""
        if not self.staff.is_active:
            return "neutral"
        if self.gap is not None:
            return "negative"
        is_ready = self.has_second_factor and not self.staff.must_change_password
        return "positive" if is_ready else "caution"


@dataclass(frozen=True)
class ResetLine:
    """An open request for a second-factor reset, as one of those who may answer it sees it."""

    reset: SecondFactorReset
    reader: Staff

    @property
    def may_be_granted(self) -> bool:
        """Only by somebody who neither asked for it nor owns the account."""
        return self.reader.pk not in {self.reset.asked_by_id, self.reset.staff_id}


@dataclass(frozen=True)
class HistoryLine:
    """One change: when, by whom, what, why."""

    when: datetime
    who: str
    what: str
    why: str


def history(row: Any, *, fields: Iterable[str] = SHOWN) -> list[HistoryLine]:
    """The changes of a row, newest first, in words; `fields` are the ones worth telling."""
    records = list(row.history.select_related("history_user"))
    former = [*records[1:], None]
    return [
        HistoryLine(
            when=record.history_date,
            who=record.history_user.display_name if record.history_user else _("コマンド"),
            what=_changes(record, before, tuple(fields)),
            why=record.history_change_reason or "",
        )
        for record, before in zip(records, former, strict=True)
    ]


def _changes(record: Any, before: Any, fields: tuple[str, ...]) -> str:
    if before is None:
        return _("作成")
    told = [
        f"{_label(record, name)}：{_value(before, name)} → {_value(record, name)}"
        for name in fields
        if getattr(before, name) != getattr(record, name)
    ]
    return " / ".join(told) or "—"


def _label(record: Any, name: str) -> str:
    return str(LABELS.get(name) or record._meta.get_field(name).verbose_name)


def _value(record: Any, name: str) -> str:
    shown = getattr(record, f"get_{name}_display", None)
    value = shown() if shown else getattr(record, name)
    if isinstance(value, bool):
        return _("はい") if value else _("いいえ")
    text = str(value) if value not in (None, "") else _("（空）")
    return text if len(text) <= 40 else f"{text[:40]}…"


@dataclass(frozen=True)
class PermissionLine:
    """One permission: its words, and for each role whether it holds it."""

    words: str
    held: list[bool]
    wants_fresh: bool = False


@dataclass(frozen=True)
class PermissionsTable:
    """The page tenancy/permissions.py as a table."""

    roles: list[str]
    lines: list[PermissionLine]


def permissions_table(*, fresh: Collection[Permission]) -> PermissionsTable:
    """Every permission by every role; `fresh` are those that need a fresh second factor."""
    return PermissionsTable(
        roles=[str(role.label) for role in Role],
        lines=[
            PermissionLine(
                str(WORDS.get(one, one)), [allows(role, one) for role in Role], one in fresh
            )
            for one in Permission
        ],
    )
