"""The free places as a table that anybody may take along (空き状況のオープンデータ)."""

import csv
import io
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from venues.levels import Level

SIGNS = {Level.MANY: "○", Level.FEW: "△", Level.NONE: "×", Level.CLOSED: "－"}
MARK = "\ufeff"  # a spreadsheet that opens the file by a double click reads it as UTF-8


@dataclass(frozen=True)
class Column:
    """One column of the table: its name there, its path in the JSON, and what it means."""

    name: str
    path: str
    means: str | Promise


COLUMNS = (
    Column("day", "openings[].day", _("開設日（西暦、YYYY-MM-DD）")),
    Column("start", "openings[].slots[].start", _("枠の開始時刻（日本時間、24時間表記）")),
    Column("end", "openings[].slots[].end", _("枠の終了時刻")),
    Column("level", "openings[].slots[].level", _("空きの段階（上の表）")),
    Column("sign", "", _("空きの記号。JSONにはなく、CSVだけにあります")),
    Column("venue", "openings[].venue", _("会場の番号。名前と住所はJSONではvenuesにあります")),
    Column("venue_name", "venues.*.name", _("会場名")),
    Column("venue_name_en", "venues.*.name_en", _("会場名（英語）")),
    Column("address", "venues.*.address", _("会場の住所")),
    Column("address_en", "venues.*.address_en", _("会場の住所（英語）")),
    Column("step_free", "venues.*.step_free", _("段差なしで入れるか。CSVでは1が「はい」")),
    Column("vaccine_name", "vaccines.*.name", _("ワクチン")),
    Column("vaccine_name_en", "vaccines.*.name_en", _("ワクチン（英語）")),
    Column("bookable_from", "openings[].from", _("インターネットで予約できる最初の日時")),
    Column("bookable_until", "openings[].until", _("予約の締切")),
    Column("slot", "openings[].slots[].slot", _("枠の番号。変わりません")),
    Column(
        "programme", "openings[].programme", _("事業の番号。名称はJSONではprogrammesにあります")
    ),
    Column("programme_name", "programmes.*.name", _("事業の名称")),
    Column("programme_name_en", "programmes.*.name_en", _("事業の名称（英語）")),
    Column("dose", "openings[].dose", _("この接種回だけの枠。空のときはどの回でも予約できます")),
)
LEVELS = (
    (Level.MANY, _("空きがあります")),
    (Level.FEW, _("残りわずかです（2人分まで、または定員の5分の1まで）")),
    (Level.NONE, _("満員です")),
    (Level.CLOSED, _("いまは予約できません（受付開始前、締切後、または閉じた枠）")),
)


def as_csv(body: dict[str, Any]) -> bytes:
    """One line a slot, in order of day and time; nothing about anybody."""
    said = io.StringIO()
    said.write(MARK)
    rows = csv.writer(said, lineterminator="\r\n")
    rows.writerow([column.name for column in COLUMNS])
    for opening in body["openings"]:
        venue = body["venues"][str(opening["venue"])]
        vaccine = body["vaccines"][str(opening["vaccine"])]
        where = [
            opening["venue"], venue["name"], venue["name_en"], venue["address"],
            venue["address_en"], int(venue["step_free"]), vaccine["name"], vaccine["name_en"],
            opening["from"], opening["until"],
        ]  # fmt: skip
        programme = body.get("programmes", {}).get(str(opening.get("programme")), {})
        whose = [
            opening.get("programme"), programme.get("name"), programme.get("name_en"),
            opening.get("dose"),
        ]  # fmt: skip
        for slot in opening["slots"]:
            sign = SIGNS[Level(slot["level"])]
            when = [opening["day"], slot["start"], slot["end"], slot["level"], sign]
            rows.writerow([_plain(cell) for cell in [*when, *where, slot["slot"], *whose]])
    return said.getvalue().encode()


def _plain(cell: object) -> object:
    """A name that a spreadsheet would take for a formula is shown as words."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@"} else cell
