"""Why a container is not opened (開封の拒否); nothing of it is kept."""

from typing import ClassVar

from wardside.words import Stop, Words


class Refused(Stop):
    """A container that is not opened."""

    why: ClassVar[Words] = Words("このファイルは開けません。", "This file is not opened.")

    def __init__(self) -> None:
        super().__init__(self.why)


class NotAContainer(Refused):
    """No AES-256 .zip."""

    why = Words(
        "暗号化した .zip(AES-256)ではありません。.7z は 7-Zip で開いてください。",
        "No encrypted .zip (AES-256). Open a .7z with 7-Zip.",
    )


class NotSealed(Refused):
    """Personal data in the open."""

    why = Words(
        "暗号化されていません。誤送付として報告してください。",
        "Not encrypted. Report it as sent by mistake.",
    )


class WeakCipher(Refused):
    """ZipCrypto, or AES with a shorter key."""

    why = Words("暗号の方式が弱いファイルです。", "The cipher is a weak one.")


class WrongPassword(Refused):
    """The password does not open it."""

    why = Words(
        "パスワードが違います。通知書を見て、もう一度入力してください。",
        "Wrong password: look at the notice and try again.",
    )


class Damaged(Refused):
    """Cut short, changed on the way, or never whole."""

    why = Words(
        "ファイルが途中で切れているか、書き換えられています。渡した側に連絡してください。",
        "The file was cut short or changed on the way. Tell whoever handed it over.",
    )


class TooLarge(Refused):
    """More inside than any honest file has: a bomb, or a mistake."""

    why = Words(
        "中身が大きすぎます(500 MBまで、圧縮率100倍まで)。",
        "Too much inside (500 MB and a ratio of 100 at most).",
    )


class StrangeEntries(Refused):
    """Something in it that nobody agreed on."""

    why = Words(
        "中に、決められていないファイルまたは名前があります。",
        "There is a file or a name in it that was not agreed on.",
    )


class BadManifest(Refused):
    """A manifest.json that is not ours, or does not tell the truth about the CSV."""

    why = Words(
        "manifest.json がないか、正しくないか、CSVと合いません(件数・SHA-256)。",
        "The manifest.json is missing, malformed, or disagrees with the CSV (rows, SHA-256).",
    )
