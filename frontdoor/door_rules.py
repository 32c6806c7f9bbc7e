"""Question and verb: the rules of the door (入場の決まり)."""

from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from frontdoor.models import DoorRules
from tenancy import history
from tenancy.current import municipality_atomic, on_commit
from tenancy.models import Staff


class RulesRefused(Exception):
    """The rules cannot be so; `words` are fit for the page."""

    words: str | Promise = _("変更できませんでした。")


class ReasonMissing(RulesRefused):
    """Every change of a rule says why."""

    words = _("理由を入力してください。")


def door_rules() -> DoorRules:
    """The municipality's one row; its defaults where nobody ever changed them."""
    return DoorRules.objects.filter(pk=1).first() or DoorRules()


def change(
    *,
    mode: str,
    per_minute: int | None,
    most_inside: int | None,
    reason: str,
    by: Staff,
    at: datetime,
) -> None:
    """Set how many may come in; in force everywhere within two seconds."""
    if not reason.strip():
        raise ReasonMissing
    from frontdoor import knowledge

    with municipality_atomic():
        DoorRules.objects.get_or_create(pk=1)
        row = DoorRules.objects.select_for_update(no_key=True).get(pk=1)
        row.mode, row.per_minute, row.most_inside = mode, per_minute, most_inside
        history.save(row, reason=reason.strip(), by=by, at=at)
        on_commit(knowledge.forget_kept)
