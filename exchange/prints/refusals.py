"""Why a step with a print run is not taken, each with words for the officer (印刷の拒否理由)."""

from django.utils.translation import gettext_lazy as _

from exchange.roster_refusals import Refused


class NotPermitted(Refused):
    """The account's role does not hold the permission."""

    words = _("この操作をする権限がありません。")


class WrongState(Refused):
    """The mailing or its file is not where this step begins."""

    words = _("いまこの操作ができる状態ではありません。画面を開き直してください。")


class NoList(Refused):
    """There is no list to print from."""

    words = _("取り込んだ対象者名簿がありません。先に名簿を取り込んでください。")


class BaseDateDiffers(Refused):
    """The clerk names the list he means, and another was taken in."""

    words = _(
        "基準日が、最後に取り込んだ名簿と違います。名簿の画面で基準日を確かめてから入力してください。"
    )


class ListTooOld(Refused):
    """People have moved and died since."""

    words = _(
        "最後に取り込んだ名簿の基準日から31日を超えています。新しい名簿を取り込んでください。"
    )


class NobodyToPrint(Refused):
    """Every live voucher was left out."""

    words = _("印字する人がいません。対象の年齢と、除いた人の理由を確かめてください。")


class NothingToPull(Refused):
    """Nobody in the mailing has moved, died or lost the number since."""

    words = _("抜き取る封筒はありません。")


class ExplainFirst(Refused):
    """Numbers that differ are explained before a mailing is closed."""

    words = _("数が合っていません。違いの理由を書いてから完了してください。")


class WrongDay(Refused):
    """A day before the file was made, or one that is still to come."""

    words = _("発送日は、印字データを作った日から今日までの日です。")
