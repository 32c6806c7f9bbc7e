"""Verbs and questions of copies (複製の一覧): each copy of a municipality's data, and its end (S-140)."""

import socket
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from privacy import access_log
from privacy.models import CopyEnd, KeptCopy
from shared.calendar import day_of
from tenancy.current import municipality_atomic

USUAL_LIFE: Final = timedelta(days=35)


class CopyRefused(Exception):
    """What was to be written about a copy is not so; `words` say why."""

    words: object = ""

    def __init__(self) -> None:
        super().__init__(str(self.words))


class NoSuchCopy(CopyRefused):
    """Nothing of this number is on the list."""

    words = _("一覧にない番号です。")


class AlreadyDestroyed(CopyRefused):
    """Its end is written down already."""

    words = _("すでに廃棄が記録されています。")


class StillThere(CopyRefused):
    """The file lies where the list says."""

    words = _("ファイルがまだ残っています。消してから記録するか、--shred を付けてください。")


class NoWay(CopyRefused):
    """How, and by whom."""

    words = _("廃棄の方法と記録する人の名前が必要です。")


def place_of(path: Path) -> str:
    """This machine and the file, as a person finds it."""
    return f"{socket.gethostname()}:{path.absolute()}"


def register(
    *,
    kind: str,
    place: str,
    consent: str,
    key_name: str = "",
    size: int = 0,
    keep_until: date | None = None,
    at: datetime,
) -> KeptCopy:
    """Put a copy on the list; the same one only once."""
    row, _is_new = KeptCopy.objects.get_or_create(
        kind=kind, place=place, made_at=at,
        defaults={
            "consent": consent, "key_name": key_name, "size": size,
            "keep_until": keep_until or day_of(at + USUAL_LIFE),
        },
    )  # fmt: skip
    return row


def register_another(*, of: KeptCopy, place: str, at: datetime) -> KeptCopy:
    """Put a copy of a copy on the list: the same consent, key and day."""
    row = register(
        kind=of.kind, place=place, consent=of.consent, key_name=of.key_name, size=of.size,
        keep_until=of.keep_until, at=at,
    )  # fmt: skip
    access_log.record(what="copy_added", why=place[:120], count=1, role="server", by=None, at=at)
    return row


def destroyed(*, copy: KeptCopy, way: str, told_by: str, at: datetime) -> CopyEnd:
    """Write down that a copy is no more; a file that is still there is refused."""
    if not way.strip() or not told_by.strip():
        raise NoWay
    if (path := file_of(copy)) is not None and path.exists():
        raise StillThere
    with municipality_atomic():
        end, is_new = CopyEnd.objects.get_or_create(
            copy=copy,
            defaults={"destroyed_at": at, "way": way.strip(), "told_by": told_by.strip()},
        )
        if not is_new:
            raise AlreadyDestroyed
        access_log.record(
            what="copy_destroyed", why=way.strip()[:120], count=1, role="server", by=None, at=at
        )
    return end


def everything() -> QuerySet[KeptCopy]:
    """Every copy there ever was, the newest first, with its end."""
    return KeptCopy.objects.select_related("end").order_by("-made_at", "kind")


def find(copy_id: UUID | None) -> KeptCopy:
    """One copy of the list, or NoSuchCopy."""
    found = everything().filter(pk=copy_id).first() if copy_id else None
    if found is None:
        raise NoSuchCopy
    return found


def of_place(place: str) -> KeptCopy | None:
    """The copy that lies there and has no end."""
    return everything().filter(place=place, end=None).first()


def file_of(copy: KeptCopy) -> Path | None:
    """Its file, where it lies on this machine."""
    host, _colon, name = copy.place.partition(":")
    return Path(name) if host == socket.gethostname() and name.startswith("/") else None
