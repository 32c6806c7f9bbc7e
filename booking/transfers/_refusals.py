"""Why something about a transfer is refused; `words` are fit for a page."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class TransferRefused(Exception):
    """Nothing was written."""

    words: str | Promise = _("受け付けられませんでした。")


class OneIsOpen(TransferRefused):
    """Two plans for the same people would hold two places for each."""

    words = _("この開設日には、まだ終わっていない振替があります。")


class NothingToMove(TransferRefused):
    """Nobody is booked there: closing is enough."""

    words = _("予約がありません。振替は要りません。休止だけを行ってください。")


class DayOver(TransferRefused):
    """It has begun, or is over."""

    words = _("すでに始まった日や枠は振替えられません。")


class WrongState(TransferRefused):
    """Somebody was quicker, or the work goes on."""

    words = _("この振替の状態が変わっています。もう一度ご確認ください。")


class NotClosed(TransferRefused):
    """The day was opened again by somebody: nobody has to go elsewhere."""

    words = _("受付が再開されています。振替を取りやめるか、もう一度休止してください。")


class PlaceGone(TransferRefused):
    """The place that was chosen is full, closed, or not for this person."""

    words = _("選んだ枠は使えなくなりました。別の枠を選んでください。")
