"""Why something about the waiting list is refused; `words` are fit for a page and the telephone."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class WaitingRefused(Exception):
    """Nothing was written."""

    words: str | Promise = _("受け付けられませんでした。")


class WishUnclear(WaitingRefused):
    """Days, venues or notice that nothing could ever fit."""

    words = _("希望する日と会場を確かめてください。")


class NotOnTheList(WaitingRefused):
    """There is no live entry."""

    words = _("キャンセル待ちの登録はありません。")


class UnknownOffer(WaitingRefused):
    """No such token here: mistyped, forged, or of another municipality; which is told to nobody."""

    words = _("このご案内は見つかりません。お送りしたリンクを、もう一度そのまま開いてください。")


class OfferOver(WaitingRefused):
    """The time to answer is over, or the place is offered no more."""

    words = _("このご案内の期限は過ぎました。次の空きが出たら、またお知らせします。")


class AlreadyAnswered(WaitingRefused):
    """A link answers once."""

    words = _("このご案内は、すでにお返事をいただいています。")


class LeftoversGone(WaitingRefused):
    """Others were quicker, or the time is over."""

    words = _(
        "申し訳ありません。先にほかの方で埋まったか、受付が終わりました。キャンセル待ちは続いています。"
    )
