"""Verbs and questions of the rules of odd use; a kind without a row has its default."""

from datetime import datetime
from typing import Any, Final

from privacy.models import Alert, OddUseRule
from tenancy.current import municipality_atomic
from tenancy.models import Staff

K = Alert.Kind
# From how much on somebody should look, until the ward says otherwise.
DEFAULTS: Final[dict[str, dict[str, int]]] = {
    K.NO_CALL: {"threshold": 5},
    K.SPIKE: {"threshold": 40, "factor": 3, "days": 14},
    K.OFF_HOURS: {"threshold": 1},
    K.MANY_LOOKERS: {"threshold": 5, "days": 7},
    K.FLAGGED: {"threshold": 1},
    K.MISSES: {"threshold": 20},
}
# What the form of a kind asks for.
USES: Final[dict[str, tuple[str, ...]]] = {
    K.NO_CALL: ("threshold",),
    K.SPIKE: ("threshold", "factor", "days"),
    K.OFF_HOURS: ("threshold", "hours_from", "hours_until"),
    K.MANY_LOOKERS: ("threshold", "days"),
    K.FLAGGED: ("threshold",),
    K.MISSES: ("threshold",),
}


def everything() -> dict[str, OddUseRule]:
    """The rule of each kind, as the ward wrote it or by default."""
    written = {row.kind: row for row in OddUseRule.objects.all()}
    return {kind: written.get(kind) or OddUseRule(kind=kind, **values) for kind, values in DEFAULTS.items()}  # fmt: skip


def change(*, kind: str, values: dict[str, Any], reason: str, by: Staff, at: datetime) -> None:
    """Write one rule; who, when and why stand in its history."""
    with municipality_atomic():
        row = OddUseRule.objects.select_for_update().filter(kind=kind).first()
        row = row or OddUseRule(kind=kind, **DEFAULTS[kind])
        for name, value in values.items():
            setattr(row, name, value)
        vars(row).update(_history_user=by, _history_date=at, _change_reason=reason[:100])
        row.save()
