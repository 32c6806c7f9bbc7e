"""Why a ward's file is not taken in, each with words for the officer (受取拒否の理由)."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """A step that cannot be taken; `words` say why and what to do next."""

    words: str | Promise = _("この操作はできません。")


class WrongState(Refused):
    """The parcel is not where this step begins."""

    words = _("このファイルは、いまこの操作ができる状態ではありません。画面を開き直してください。")


class SamePerson(Refused):
    """One person may not do both halves."""

    words = _("ファイルを渡した人とは別の職員が行ってください。")


class NotPermitted(Refused):
    """The account's role does not hold the permission."""

    words = _("この操作をする権限がありません。")


class AlreadyReceived(Refused):
    """The same bytes came before."""

    words = _("同じファイルをすでに受け取っています。もう一度取り込むときは理由を書いてください。")


class TooManyWaiting(Refused):
    """One person has handed in so many that nobody has unlocked yet."""

    words = _(
        "パスワードを待っているファイルが多すぎます。先に渡したファイルを片付けてから渡してください。"
    )


class SameContent(Refused):
    """Another container with the same CSV came before."""

    words = _(
        "中身が同じファイルをすでに取り込んでいます。もう一度取り込むときは理由を書いてください。"
    )


class OlderThanLast(Refused):
    """A base date before that of the list taken in last."""

    words = _("基準日が、前回取り込んだ名簿より前です。新しい名簿を確かめてください。")


class BaseDateAhead(Refused):
    """A base date that has not come."""

    words = _("基準日が今日より後です。")


class NotDummy(Refused):
    """Before 本稼働 only dummy people may enter (S-13, S-56)."""

    words = _("本稼働の前は、ダミーデータだけを受け取れます。")


class NotReal(Refused):
    """From 本稼働 on no dummy people may enter."""

    words = _("本稼働の後は、ダミーデータを受け取れません。")


class MarksDisagree(Refused):
    """Dummy people carry the mark in their address, real ones do not."""

    words = _(
        "ダミーデータの印（住所の「ダミー」）が申告と合わない行があります。全体を受け取りません。"
    )


class Ended(Refused):
    """The municipality's business here is over."""

    words = _("この自治体の事業は終了しています。")


class WrongMunicipality(Refused):
    """The cover sheet or the name says it is another municipality's."""

    words = _(
        "ほかの自治体のファイルです。中の行は読まずに破棄しました。誤送付として報告してください。"
    )


class WrongLayout(Refused):
    """The cover sheet says it is another kind of file."""

    words = _("manifest.json のレイアウトと版が、渡すときに選んだものと違います。")


class CoverDisagrees(Refused):
    """The cover sheet and what the officer typed are not the same."""

    words = _("manifest.json の内容と、入力した基準日・件数・ダミーの別が合いません。")


class RowsDiffer(Refused):
    """More or fewer rows than were declared."""

    words = _("行の数が申告された件数と合いません。途中で切れていないか確かめてください。")


class Locked(Refused):
    """Too many wrong passwords."""

    words = _("パスワードを5回間違えたため、このファイルは破棄しました。もう一度渡してください。")


class WrongPassword(Refused):
    """It does not open; the file stays for another try."""

    words = _("パスワードが違うか、ファイルが壊れています。")


class ErrorsLeft(Refused):
    """Rows with errors need a reason to be left out."""

    words = _(
        "誤りのある行があります。直して渡し直すか、誤りのない行だけを取り込む理由を書いてください。"
    )


class NothingToTake(Refused):
    """Not one row could be taken."""

    words = _("取り込める行がありません。")


class ChangedSince(Refused):
    """The register is no longer the one the dry run looked at."""

    words = _("確認した後に台帳が変わりました。もう一度パスワードを入力して確認し直してください。")


class NoRoomNow(Refused):
    """The disks would not hold what the list brings; nothing was begun."""

    words = _(
        "サーバーの空き容量が足りないため、取り込みを始めませんでした。委託先に連絡してください。"
    )


class FileLost(Refused):
    """The container is no longer in the spool."""

    words = _("受け取ったファイルが見つかりません。もう一度渡してください。")


class OverTheCap(Refused):
    """More rows than one person of this role may hand in at once."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.words = _("一度に渡せるのは%(most)s件までです。ファイルを分けてください。") % {
            "most": f"{most:,}"
        }


class MailingClosed(Refused):
    """Nothing comes to a mailing whose numbers were closed."""

    words = _("この発送便はすでに完了しているため、印刷結果を受け取れません。")
