"""Why a server does not start, in one sentence a person can act on (日本語 / English)."""

from pathlib import Path


class ServerRefusal(Exception):
    """A server cannot be started or used; the message says why and what to do."""

    japanese = "サーバーを起動できません。"
    english = "The server cannot be started."

    def __init__(self, **facts: object) -> None:
        words = f"{self.japanese} / {self.english}"
        super().__init__(words.format(**facts))


class PortTaken(ServerRefusal):
    """Another program listens on the port."""

    japanese = (
        "ポート {port} は別のプログラムが使用中です。{setting} で別の番号を指定してください。"
    )
    english = "Port {port} is used by another program; choose another one with {setting}."


class DiskFull(ServerRefusal):
    """Too little room for a cluster."""

    japanese = "{folder} の空き容量が足りません(空き {free} MB、必要 {needed} MB)。"
    english = "Not enough room in {folder} ({free} MB free, {needed} MB needed)."


class NoRights(ServerRefusal):
    """We may not write where the data should live."""

    japanese = "{folder} に書き込む権限がありません({why})。"
    english = "No right to write to {folder} ({why})."


class FolderNotOurs(ServerRefusal):
    """The folder holds something this launcher did not make; it is left alone."""

    japanese = "{folder} には別のデータがあります。空のフォルダーを指定してください。"
    english = "{folder} holds data we did not make; name an empty folder."


class AlreadyRunning(ServerRefusal):
    """Somebody else runs a server on this folder."""

    japanese = "{folder} のサーバーは既に動いています。先に終了してください。"
    english = "A server already runs on {folder}; stop that one first."


class WrongVersion(ServerRefusal):
    """The data were made by another major version."""

    japanese = "{folder} は PostgreSQL {made} のデータで、{found} では開けません。"
    english = "{folder} was made by PostgreSQL {made}; version {found} cannot open it."


class NoServerFound(ServerRefusal):
    """The programs of the server are not installed."""

    japanese = "{program} が {where} に見つかりません。make demo をやり直してください。"
    english = "{program} was not found in {where}; run the set-up again."


class ServerFailed(ServerRefusal):
    """The server ended, or was not ready in time; its log says why."""

    japanese = "{program} が起動しませんでした({why})。記録: {log}"
    english = "{program} did not start ({why}); see {log}."

    def __init__(self, *, program: str, why: str, log: Path | str) -> None:
        super().__init__(program=program, why=why, log=log)
