"""Why something about an assignment is refused; `words` are fit for the page."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class AssignmentRefused(Exception):
    """Nothing was written."""

    words: str | Promise = _("変更できませんでした。")


class ChangedMeanwhile(AssignmentRefused):
    """Not as the page has shown it."""

    words = _("ほかの人がこの割当てを変えました。内容をもう一度確かめてください。")


class SamePerson(AssignmentRefused):
    """Who made it cannot approve it."""

    words = _("作った本人は承認できません。別の担当者が確かめて承認してください。")


class HasErrors(AssignmentRefused):
    """The inspection found what would go wrong."""

    words = _("点検で見つかった誤りがあるため、承認できません。")


class NoReason(AssignmentRefused):
    """It is not ended, nor approved with people left over, without a word why."""

    words = _("理由を入力してください。")


class TooLateToAnswer(AssignmentRefused):
    """The time to answer is over, or there is nothing to answer any more."""

    words = _("お返事の期限を過ぎたか、この割当てはもう残っていません。")
