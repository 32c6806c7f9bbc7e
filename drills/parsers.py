"""Every reader of what others write, what it may say no with, and samples to spoil (R22)."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile

from booking import ocr_line
from callcentre.consumers import _understood
from exchange.layouts import TARGET_LIST, reading
from exchange.layouts.layout import Facts
from exchange.layouts.problems import FileRefused
from exchange.layouts.writing import sample
from exchange.sealing import manifest
from exchange.sealing.looking import look_at
from exchange.sealing.refusals import Refused
from privacy.views.content_policy import _what_happened
from shared import calendar, forbidden_items, kana, phone
from tenancy.entrances.http import host_name


@dataclass(frozen=True)
class Parser:
    """One reader; `refusals` are its words for no, anything else that it raises is a fault."""

    name: str
    read: Callable[[bytes], object]
    refusals: tuple[type[Exception], ...]
    samples: tuple[bytes, ...]


FACTS = Facts(municipality_code="999997", base_date=date(2026, 5, 1))


def _text(read: Callable[[str], object]) -> Callable[[bytes], object]:
    """A reader of typed words; bytes that are no UTF-8 become what a browser would send."""
    return lambda raw: read(raw.decode("utf-8", "replace"))


def _rows(encoding: str) -> Callable[[bytes], object]:
    def read(raw: bytes) -> object:
        stream = io.BytesIO(raw)
        return list(reading.read(layout=TARGET_LIST, stream=stream, encoding=encoding, facts=FACTS))

    return read


def _container(raw: bytes) -> object:
    with NamedTemporaryFile(prefix="waku-fuzz-") as file:
        file.write(raw)
        file.flush()
        return look_at(Path(file.name))


def _forbidden(words: str) -> object:
    return forbidden_items.carries_forbidden_number(words), forbidden_items.forbidden_header(words)


def _kana(words: str) -> object:
    return kana.search_key(words), kana.katakana(words), kana.has_private_use(words)


def _zip() -> bytes:
    """The smallest archive of the shape we take: one entry, AES, nothing readable in it."""
    import pyzipper

    out = io.BytesIO()
    with pyzipper.AESZipFile(out, "w", encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(b"a dummy password")
        archive.writestr("meibo.csv", sample(TARGET_LIST))
    return out.getvalue()


def _cover() -> bytes:
    told = {
        "layout": "TGT", "version": 1, "municipality_code": "999997", "base_date": "2026-05-01",
        "made_at": "2026-05-01T09:00:00+09:00", "rows": 1, "sha256": "0" * 64, "dummy": True,
    }  # fmt: skip
    return json.dumps(told).encode()


def parsers() -> tuple[Parser, ...]:
    """All of them."""
    listed = sample(TARGET_LIST)
    bell = b'{"type": "subscribe", "topics": ["places", "board"]}'
    report = (
        b'{"csp-report": {"effective-directive": "script-src", "blocked-uri": "https://a.example"}}'
    )
    return (
        Parser("target_list_utf8", _rows("utf-8"), (FileRefused,), (listed,)),
        Parser("target_list_cp932", _rows("cp932"), (FileRefused,),
               (listed.decode("utf-8-sig").encode("cp932"),)),
        Parser("container", _container, (Refused,), (_zip(), b"7z\xbc\xaf\x27\x1c" + bytes(40))),
        Parser("cover_sheet", manifest.read, (Refused,), (_cover(),)),
        Parser("voucher", _text(ocr_line.read), (ocr_line.NotAVoucherNumber,),
               (b"219999979990000001", "９９９０００００１１".encode())),
        Parser("phone", _text(phone.parse), (phone.PhoneRefused,),
               (b"070-9999-0002", "０３（１２３４）５６７８ 内線12".encode(), b"+81 90 1234 5678")),
        Parser("stored_phone", _text(phone.national), (), (b"+817099990002",)),
        Parser("day", _text(calendar.parse_day), (calendar.DateRefused,),
               (b"1950-01-31", "昭和25年1月31日".encode(), "令和元年５月１日".encode(), b"S25.1.31")),
        Parser("name", _text(_kana), (), ("見本 太郎".encode(), "ﾐﾎﾝ ﾀﾛｳ".encode())),
        Parser("forbidden", _text(_forbidden), (), (b"1234 5678 9018", "個人番号".encode())),
        Parser("socket", _text(_understood), (), (bell, b'{"type": "heartbeat"}')),
        Parser("content_policy", _what_happened, (), (report,)),
        Parser("host", _text(host_name), (), (b"mihon.localhost:8000",)),
    )  # fmt: skip


def fault_of(parser: Parser, raw: bytes) -> Exception | None:
    """What the reader raised that it may not raise; None where it read or refused in words."""
    try:
        parser.read(raw)
    except parser.refusals:
        return None
    except Exception as fault:  # noqa: BLE001 - any other is what we are looking for
        return fault
    return None
