"""Why a claim, move or cancel is refused; `words` are fit to be read out on the telephone."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """It cannot be granted; a refusal leaves nothing behind."""

    words: str | Promise = _("受け付けられませんでした。")
    code = "refused"
    # From the resident's record: a web page must not say which (it shows one neutral sentence).
    from_record = False

    def __init__(self, words: str | None = None) -> None:
        super().__init__(words or str(self.code))
        if words is not None:
            self.words = words


class SlotFull(Refused):
    """Someone else took the last place first, or the slot has closed."""

    words = _("この日時は満員になりました。別の日時を選んでください。")
    code = "full"


class PairNotFree(Refused):
    """One of the two places is gone; neither was taken."""

    words = _("1回目と2回目の両方をお取りできませんでした。別の日時を選んでください。")
    code = "pair_not_free"


class AlreadyReserved(Refused):
    """The resident already holds a live reservation for the same dose."""

    words = _("この接種回の予約がすでにあります。変更をご利用ください。")
    code = "already_reserved"
    from_record = True


class NotPermitted(Refused):
    """The record says no: moved out, deceased, or the voucher is dead."""

    words = _("この接種券では予約できません。コールセンターまたは区の窓口にお尋ねください。")
    code = "not_permitted"
    from_record = True


class NotBookable(Refused):
    """A rule says no; the words are the rule's own."""

    code = "not_bookable"


class Stopped(NotBookable):
    """The ward has stopped this channel; the words are the ward's own."""

    code = "stopped"


class SamePlace(Refused):
    """It is booked for this very slot already; nothing was written."""

    words = _("同じ枠です。予約はいまのままです。")
    code = "same_place"


class TooLate(Refused):
    """The cut-off for changes or cancellations has passed."""

    words = _("締切を過ぎています。コールセンターにお電話ください。")
    code = "too_late"


class TooManyMoves(Refused):
    """The resident has moved this dose as often as the programme allows."""

    words = _("変更できる回数を使い切りました。コールセンターにお電話ください。")
    code = "too_many_moves"


class ReasonNeeded(Refused):
    """A limit has passed; an operator may go on with a reason that is kept."""

    words = _("締切または変更の回数を超えています。理由を選ぶと手続きできます。")
    code = "reason_needed"


class NotToBePassed(Refused):
    """A limit has passed, and the programme lets nobody pass it."""

    words = _("締切または変更の回数を超えています。この接種では、電話でも手続きできません。")
    code = "not_to_be_passed"


class LaterUndecided(Refused):
    """It was not said, or may not be so, what becomes of the doses after the cancelled one."""

    words = _("次の回の予約をどうするか選んでください。")
    code = "later_undecided"


class ChangedMeanwhile(Refused):
    """Somebody else moved or cancelled the reservation first."""

    words = _("この予約はほかの画面で変更されました。もう一度ご確認ください。")
    code = "changed_meanwhile"
