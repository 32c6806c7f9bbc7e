"""Why a container is not opened, each with words for the ward officer; nothing of it is kept."""


class Refused(Exception):
    """A container this house does not open; `words` say what to do next."""

    words = "このファイルは受け取れません。"


class NotAContainer(Refused):
    """Neither a .zip nor a .7z."""

    words = "暗号化した .zip(AES-256)または .7z ではありません。"


class NotSealed(Refused):
    """Personal data in the open."""

    words = (
        "暗号化されていないファイルです。受け取らずに消しました。"
        "AES-256で暗号化して作り直し、誤送付として報告してください。"
    )


class WeakCipher(Refused):
    """ZipCrypto, or AES with a shorter key."""

    words = (
        "暗号の方式が弱いため受け取れません。7-Zipで暗号化の方式に「AES-256」を選んで"
        "作り直してください(ZipCryptoは不可)。"
    )


class NamesReadable(Refused):
    """A .7z whose list of names is not sealed."""

    words = "7-Zipで「ファイル名を暗号化」を選んで作り直してください。"


class WrongPassword(Refused):
    """The password does not open it; a .7z cannot say whether it is the password or the file."""

    words = "パスワードが違うか、ファイルが壊れています。"


class Damaged(Refused):
    """Cut short, changed on the way, or never whole."""

    words = "ファイルが途中で切れているか、書き換えられています。もう一度作り直してください。"


class TooLarge(Refused):
    """More inside than anybody's target list: a bomb, or a mistake."""

    words = "中身が大きすぎるため開きません(500 MBまで、圧縮率100倍まで)。"


class TooSlow(Refused):
    """Opening it took longer than any honest file needs."""

    words = "開くのに時間がかかりすぎたため中止しました。"


class ExtraEntries(Refused):
    """Something else lies beside the CSV."""

    words = "中に入れてよいのはCSV1つ(と manifest.json)だけです。"


class BadEntryName(Refused):
    """A name that is a path, hidden, double, or no CSV."""

    words = "中のファイル名が使えません。フォルダーに入れず、名前の終わりを .csv にしてください。"


class NestedArchive(Refused):
    """An archive inside the archive."""

    words = "圧縮ファイルの中に圧縮ファイルがあります。CSVをそのまま入れてください。"


class UnknownCompression(Refused):
    """A way of packing that is not Deflate."""

    words = "圧縮の方式が使えません。7-Zipで圧縮方式に「Deflate」を選んで作り直してください。"


class BadManifest(Refused):
    """A manifest.json that is not ours, or does not tell the truth about the CSV."""

    words = "manifest.json の内容が正しくないか、CSVと合いません。"


_ALL: tuple[type[Refused], ...] = (Refused, *Refused.__subclasses__())
BY_NAME: dict[str, type[Refused]] = {refusal.__name__: refusal for refusal in _ALL}
