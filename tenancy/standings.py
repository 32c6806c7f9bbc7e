"""Verbs and questions about how the municipality stands (段階・基本設定)."""

from datetime import datetime

from tenancy.current import municipality_atomic
from tenancy.models.staff import Staff
from tenancy.models.standing import Stage, StageChange, Standing

NEXT = {Stage.BUILDING: Stage.TRIAL, Stage.TRIAL: Stage.LIVE, Stage.LIVE: Stage.ENDED}


class StageRefused(Exception):
    """The stage cannot change this way; `words` say why."""

    words = "この段階には進めません。"


class NotTheNextStage(StageRefused):
    """Stages follow each other; none is skipped and none returns."""

    words = "段階は 構築 → 仮稼働 → 本稼働 → 終了 の順に一つずつ進めます。"


class SecondPersonMissing(StageRefused):
    """The one who asks cannot agree too."""

    words = "別の職員の承認が必要です。"


class DummyDataLeft(StageRefused):
    """Dummy and real people never stand beside each other (S-13, S-46, S-56)."""

    words = "ダミーデータが残っています。消去してから本稼働に進めてください。"


class NotApprovedYet(StageRefused):
    """No personal data before the council's approval date (S-13)."""

    words = "審議会の了承日が登録されていないか、まだ来ていません。"


def standing() -> Standing:
    """The municipality's one row of settings; made with its defaults when first asked for."""
    found = Standing.objects.filter(pk=1).first()
    return found or Standing.objects.get_or_create(pk=1)[0]


def advance(
    *, to: str, reason: str, dummy_left: bool, agreed_by: Staff, by: Staff, at: datetime
) -> Standing:
    """Move to the next stage; two people, in order, and never dummy beside real."""
    if agreed_by.pk == by.pk:
        raise SecondPersonMissing
    with municipality_atomic():
        row = Standing.objects.select_for_update().get(pk=standing().pk)
        if NEXT.get(Stage(row.stage)) != to:
            raise NotTheNextStage
        if to == Stage.LIVE:
            _ready_for_real_people(row, dummy_left=dummy_left, at=at)
        StageChange.objects.create(
            before=row.stage, after=to, reason=reason, asked_by=by, agreed_by=agreed_by,
            happened_at=at,
        )  # fmt: skip
        row.stage = to
        row.save(update_fields=["stage"])
    return row


def _ready_for_real_people(row: Standing, *, dummy_left: bool, at: datetime) -> None:
    if dummy_left:
        raise DummyDataLeft
    if row.approved_on is None or row.approved_on > at.date():
        raise NotApprovedYet
