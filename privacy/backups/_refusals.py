"""Why a backup is not taken or not restored, in one sentence; nothing is left behind."""


class BackupRefused(Exception):
    """A backup or a restore that was not done; `words` say why and what to do."""

    words = "バックアップの処理を行いませんでした。"

    def __init__(self, words: str = "") -> None:
        self.words = words or self.words
        super().__init__(self.words)


class NotABackup(BackupRefused):
    """The file does not begin like one of ours."""

    words = "これは Waku のバックアップではありません。ファイル名を確かめてください。"


class WrongBackupKey(BackupRefused):
    """Another key sealed this file."""

    words = "バックアップ鍵が違います。このバックアップを作ったときの鍵ファイルを指定してください。"


class Damaged(BackupRefused):
    """A bit was changed, or the end is missing; nothing of it was used."""

    words = (
        "バックアップが壊れているか、途中で切れています。何も復元していません。"
        "別の写しを使ってください。"
    )


class KeysDoNotFit(BackupRefused):
    """The keys' backup belongs to other data, or was destroyed and made anew since."""

    words = (
        "鍵の控えがこのバックアップのものではありません。同じ自治体の鍵の控えを指定してください。"
    )


class KeysAreWrappedElse(BackupRefused):
    """The keys' backup is older than the key file's exchange (or the file was never this house's)."""

    words = (
        "この鍵の控えは、いまの鍵ファイルでは開きません。鍵ファイルを取り替えたあとの控えを指定するか、"
        "取り替える前の鍵を鍵ファイルの二行目に足してください。"
    )


class BadKeyFile(BackupRefused):
    """The backup key cannot be read."""

    words = (
        "バックアップ鍵を読めません。WAKU_BACKUP_KEY_FILE を確かめてください"
        "（作成: bin/manage new_key_file）。"
    )


class SameKey(BackupRefused):
    """One key for everything would let one lost file open everything."""

    words = (
        "バックアップ鍵が自治体の鍵を包む鍵（WAKU_KEY_FILE）と同じです。"
        "別の鍵ファイルを作ってください。"
    )


class AlreadyThere(BackupRefused):
    """Nothing is written over."""


class DiskFull(BackupRefused):
    """The disk was full half-way; what was written is gone again."""

    words = "ディスクがいっぱいになったため中止しました。書きかけのファイルは残していません。"


class NoConsent(BackupRefused):
    """A backup is a copy of what was handed over: the ward must have agreed in writing."""

    words = "バックアップは複製です。自治体の書面による同意の番号を --consent で指定してください。"


class DumpFailed(BackupRefused):
    """pg_dump could not read the schema."""


class NotTheSame(BackupRefused):
    """What was restored is not what was backed up; it was taken away again."""


class TooNew(BackupRefused):
    """A newer version of the house made this backup."""

    words = (
        "このバックアップは新しい版の Waku で作られています。同じ版か新しい版で復元してください。"
    )


class NotThere(BackupRefused):
    """Nothing of that name is here."""
