"""Where an output may lie (置き場所): apart from its password, and never where it is carried off."""

import os
import re
from pathlib import Path
from typing import Final

from wardside.words import Cannot, Words

#: An empty file of this name says: this folder is carried to the platform.
MARKER: Final = "waku-transfer.marker"
#: Folders, one a line, that are carried off; # begins a remark.
LIST_VARIABLE: Final = "WARDSIDE_SYNCED_FOLDERS"

_SYNCED: Final = re.compile(
    r"(?:onedrive|sharepoint|dropbox|google ?drive|googledrive|マイドライブ|my drive|icloud ?drive"
    r"|iclouddrive|com~apple~clouddocs|box|box sync|nextcloud|owncloud|mega|megasync|pcloud"
    r"|syncthing|resilio sync|seafile|waku)(?:\s*[-(].*)?",
    re.IGNORECASE,
)
_MARKS: Final = (MARKER, ".stfolder", ".dropbox", ".dropbox.cache", ".sync", ".owncloudsync.log")


def refuse_synced(folder: Path, *, listed: Path | None = None) -> None:
    """Refuse a folder that is carried to another computer, by name, by mark or by the list."""
    real = folder.resolve()
    if not real.is_dir():
        raise Cannot(_NO_FOLDER)
    if str(folder).startswith(("\\\\", "//")) or str(real).startswith(("\\\\", "//")):
        raise Cannot(_NETWORK)
    chain = {*_up(real), *_up(Path(os.path.abspath(folder)))}  # noqa: PTH100 - symlinks kept on purpose
    for one in chain:
        if _SYNCED.fullmatch(one.name) or any((one / mark).exists() for mark in _MARKS):
            raise Cannot(_SYNCED_WORDS)
    if chain & set(_listed(listed)):
        raise Cannot(_SYNCED_WORDS)


def refuse_together(one: Path, other: Path) -> None:
    """A container and its password never lie in one folder, nor one folder inside the other."""
    first, second = one.resolve(), other.resolve()
    if not first.is_dir() or not second.is_dir():
        raise Cannot(_NO_FOLDER)
    if first in _up(second) or second in _up(first):
        raise Cannot(_TOGETHER)


def _up(folder: Path) -> tuple[Path, ...]:
    return (folder, *folder.parents)


def _listed(listed: Path | None) -> list[Path]:
    named = listed or (Path(found) if (found := os.environ.get(LIST_VARIABLE)) else None)
    if named is None:
        return []
    try:
        lines = named.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        raise Cannot(_NO_LIST) from None
    told = (line.strip() for line in lines)
    return [Path(line).resolve() for line in told if line and not line.startswith("#")]


_NO_FOLDER: Final = Words("出力のフォルダーがありません。", "There is no such output folder.")
_NETWORK: Final = Words(
    "ネットワーク上のフォルダーには書きません。このコンピューターの中のフォルダーにしてください。",
    "A folder on the network is not written to: take one on this computer.",
)
_SYNCED_WORDS: Final = Words(
    "ほかのコンピューターや予約システムに写されるフォルダーです。マイナンバーを含むファイルは"
    "ここには書きません。",
    "This folder is carried to other computers or to the platform: a file with Individual Numbers "
    "is not written here.",
)
_TOGETHER: Final = Words(
    "パスワード通知書は、暗号化したファイルとは別のフォルダーにしてください"
    "(一方の中にもう一方があってもいけません)。",
    "The password notice must lie in another folder than the container, neither inside the other.",
)
_NO_LIST: Final = Words(
    "写されるフォルダーの一覧を読めません。", "The list of synced folders cannot be read."
)
