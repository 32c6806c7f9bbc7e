"""Why a change of venues, openings or slots is refused; `words` are fit for the page."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """It cannot be done; a refusal leaves nothing behind. `item` names the field that is wrong."""

    words: str | Promise = _("変更できませんでした。")
    item = ""

    def __init__(self, words: str | None = None, item: str = "") -> None:
        super().__init__(words or str(self.words))
        if words is not None:
            self.words = words
        if item:
            self.item = item


class TimetableRefused(Refused):
    """No timetable can be made of these hours."""


class ReasonMissing(Refused):
    """Every change of what residents can book says why."""

    words = _("理由を入力してください。")
    item = "reason"


LONGEST_REASON = 100


class ReasonTooLong(Refused):
    """A reason is a sentence, not a letter."""

    words = _("理由は100文字以内で入力してください。")
    item = "reason"


def checked_reason(reason: str) -> str:
    """The reason as it is kept, or a refusal."""
    kept = reason.strip()
    if not kept:
        raise ReasonMissing
    if len(kept) > LONGEST_REASON:
        raise ReasonTooLong
    return kept


class DayPassed(Refused):
    """The day lies in the past."""

    words = _("過ぎた日は選べません。")
    item = "days"


class NoDay(Refused):
    """Not one day was named."""

    words = _("開設する日を一日以上選んでください。")
    item = "days"


class Overlaps(Refused):
    """The venue already gives this vaccine at these hours of the day."""

    words = _("同じ会場・同じワクチンの開設と時間が重なっています。")
    item = "starts_at"


class WindowRefused(Refused):
    """Booking would end before it begins, or after the opening is over."""

    words = _("予約の締切は、受付開始より後で、開設の終了より前にしてください。")
    item = "bookable_from"


class BelowTaken(Refused):
    """More people are booked than the new capacity would hold."""

    words = _("予約済みの人数より少なくはできません。")


class ChangedMeanwhile(Refused):
    """Somebody else changed it after the page was made."""

    words = _("ほかの画面で先に変更されました。今の値を確かめて、もう一度入力してください。")


class Frozen(Refused):
    """Counters did not agree; nothing is increased until a person has looked."""

    words = _("枠の数と台帳が合わないため、増枠を止めています。枠の突合の画面で確かめてください。")


class StillOver(Refused):
    """More people are booked than there are places: people must be moved first."""

    words = _("定員より多く予約されている枠があります。先に予約を移すか取り消してください。")


class NotFree(Refused):
    """Somebody else took or holds the place."""

    words = _("この日時は満員になりました。別の日時を選んでください。")


class RuleMakesNoSense(Refused):
    """A rule that could never be followed."""

    words = _("規則の内容を確かめてください。移す元と移す先、時刻か人数が必要です。")
    item = "kind"


class AllowanceMakesNoSense(Refused):
    """Too many, or until a moment that is over or after the slot."""

    words = _("人数は0から50まで、期限は今より後、枠の終了までで入力してください。")
    item = "places"


class AllowanceWaits(Refused):
    """Somebody signed for this slot and waits for a colleague."""

    words = _("この枠には同意待ちの署名があります。先に同意するか取り下げてください。")
    item = "bucket"


class MayNotSign(Refused):
    """The account's role does not hold the permission."""

    words = _("署名する権限がありません。")


class TwoPeople(Refused):
    """Nobody agrees to what they signed for themselves."""

    words = _("自分の署名には同意できません。別の職員が行ってください。")


class NotAPlaceCount(Refused):
    """Not a number of places."""

    words = _("定員は0から999までの数字で入力してください。")


class NotEnoughFree(Refused):
    """Fewer places are free than should be moved."""

    words = _("空いている数より多くは移せません。")
    item = "places"
