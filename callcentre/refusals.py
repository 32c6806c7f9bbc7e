"""Why the call centre says no; `words` are for the operator's screen."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """It cannot be done; a refusal leaves nothing behind."""

    words: str | Promise = _("この操作はできません。")

    def __init__(self, words: str | Promise | None = None) -> None:
        if words is not None:
            self.words = words
        super().__init__(str(self.words))


class AlreadyOnCall(Refused):
    """The operator has a call that is not finished."""

    words = _("終わっていない通話があります。")


class NoSuchCall(Refused):
    """The call is over, or it is somebody else's."""

    words = _("通話が終わっているか、ほかの人の通話です。")


class NotLive(Refused):
    """Nobody is on the line any more."""

    words = _("通話中ではないため、変更できません。")


class StillLive(Refused):
    """The caller is still on the line: hang up first."""

    words = _("先に通話を終えて後処理に入ってください。")


class NotIdentified(Refused):
    """The identity check has not been passed."""

    words = _("本人確認が済んでいません。")


class CheckEscalated(Refused):
    """Too many wrong answers: only a call back or a supervisor helps now."""

    words = _("回答が3回合いませんでした。登録の番号に折り返すか、管理者に代わってください。")


class NothingAnswered(Refused):
    """No answer was typed."""

    words = _("回答を入力してください。")


class NotASupervisor(Refused):
    """Another person with the right to supervise calls is needed."""

    words = _("この通話の担当者ではない管理者の承認が必要です。")


class ProxyNotAllowed(Refused):
    """The ward has not consented to others speaking for a resident (S-135)."""

    words = _(
        "代理の申込みは区の承諾がないため受け付けられません。ご本人に代わってもらってください。"
    )


class NoticeNotRead(Refused):
    """The purpose of use must be read out first."""

    words = _("利用目的の明示を読み上げてください。")


class HeldByOther(Refused):
    """Somebody else is dealing with this resident; `holder` is their display name."""

    def __init__(self, holder: str) -> None:
        self.holder = holder
        super().__init__(_("%(holder)sさんが対応中です。") % {"holder": holder})


class LookedTooOften(Refused):
    """More look-ups in a short time than calls can explain (T06)."""

    words = _("短い時間に検索が多すぎます。管理者に声をかけてください。")


class PurposeMissing(Refused):
    """A look without a call needs a purpose."""

    words = _("通話がないときは、閲覧の目的が必要です。")


class SupervisorNeeded(Refused):
    """This record opens with a supervisor only; why is nobody's business here."""

    words = _("この記録を開くには、管理者の確認が必要です。")
