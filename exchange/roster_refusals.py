"""Why a step with a roster is not taken, each with words for the officer (名簿の拒否理由)."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """A step with a roster that cannot be taken; `words` say why."""

    words: str | Promise = _("この操作はできません。")


class WrongState(Refused):
    """The roster is not where this step begins."""

    words = _("この名簿は、いまこの操作ができる状態ではありません。画面を開き直してください。")


class NotMissed(Refused):
    """There is nothing to make again, or its day has passed."""

    words = _("この日の名簿は、作り直しの対象ではありません。予定の画面を開き直してください。")


class SamePerson(Refused):
    """Who released it may not fetch it."""

    words = _("名簿を依頼または承認した人とは別の職員が受け取ってください。")


class NotThisPerson(Refused):
    """The password is for the one who fetched the file."""

    words = _("パスワード通知書は、ファイルを受け取った職員だけが発行できます。")


class NotPermitted(Refused):
    """The account's role does not hold the permission."""

    words = _("この操作をする権限がありません。")


class AlreadyShown(Refused):
    """A password is shown once."""

    words = _("パスワードは一度だけ表示されます。控えていないときは、名簿を作り直してください。")


class NoPurpose(Refused):
    """An export names what it is for, and its role must have that purpose."""

    words = _("利用目的を選んでください。この役割では使えない目的もあります。")


class OverTheCap(Refused):
    """More people than this role may take out at once for this purpose."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.words = _(
            "件数がこの利用目的の上限（%(most)s件）を超えています。目的を見直すか、日を分けてください。"
        ) % {"most": f"{most:,}"}


class LinkOver(Refused):
    """A day has passed, or it was fetched three times."""

    words = _("受け取れるのは承認から24時間以内、3回までです。もう一度作成を依頼してください。")


class FileGone(Refused):
    """The container is no longer there."""

    words = _("名簿のファイルはもうありません。もう一度作成を依頼してください。")


class NobodyServed(Refused):
    """The municipality's business here is over."""

    words = _("この自治体の事業は終了しています。")


class NoRoomNow(Refused):
    """The disk would not hold it; nothing was begun."""

    words = _("サーバーの空き容量が足りないため、名簿を作れません。委託先に連絡してください。")
