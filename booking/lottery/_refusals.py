"""Why something about a lottery is refused; `words` are fit for the page."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class LotteryRefused(Exception):
    """Nothing was written."""

    words: str | Promise = _("変更できませんでした。")


class ChangedMeanwhile(LotteryRefused):
    """Not as the page has shown it."""

    words = _("ほかの人がこの抽選を変えました。内容をもう一度確かめてください。")


class SamePerson(LotteryRefused):
    """Who edited it last cannot publish it."""

    words = _("最後に編集した本人は公開できません。別の担当者が確かめて公開してください。")


class HasErrors(LotteryRefused):
    """The inspection found errors."""

    words = _("点検で見つかった誤りを直してから公開してください。")


class NotYetClosed(LotteryRefused):
    """While people may still apply, nothing is drawn."""

    words = _("申込みの締切より前には抽選できません。")


class NoReason(LotteryRefused):
    """A lottery is not called off without a word why."""

    words = _("理由を入力してください。")


class WindowClosed(LotteryRefused):
    """Outside the window nobody applies, changes or withdraws."""

    words = _("この抽選の申込みは、いま受け付けていません。")


class NotForThisBirth(LotteryRefused):
    """A lottery for a priority group; the typed date of birth is in another one."""

    words = _("この抽選は、ほかの優先区分の方のためのものです。")


class WishesUnclear(LotteryRefused):
    """Wishes that nothing could ever fit."""

    words = _("希望する会場と日を確かめてください。")
