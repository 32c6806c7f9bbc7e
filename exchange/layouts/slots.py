"""Places a ward wants opened (枠): SLT, without a person in it, so it may travel in the open."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from exchange.layouts.kinds import Choice, Day, Pattern, Text
from exchange.layouts.layout import Column, Facts, Layout
from exchange.layouts.problems import Code, Finding
from privacy.item_whitelist import CONTROL, Party

ENDS: Final = "終了"
MINUTES: Final = "枠分"
KEPT_FOR_PHONE: Final = "電話確保数"
KEPT_BACK: Final = "保留数"
SECOND_DAY: Final = "組の2回目日付"

_CLOCK: Final = Pattern("(?:[01][0-9]|2[0-3]):[0-5][0-9]", "時刻", "HH:MM")
_COUNT: Final = Pattern("[0-9]{1,4}", "整数", "1～4桁")
_OPENS: Final = Pattern(
    "[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01]) (?:[01][0-9]|2[0-3]):[0-5][0-9]",
    "日時",
    "YYYY-MM-DD HH:MM",
)


class SlotRow(NamedTuple):
    """The places of one venue, day, hour, vaccine and dose."""

    venue_code: str
    venue_name: str
    day: str
    starts_at: str
    ends_at: str
    minutes: str
    capacity: str
    kept_for_phone: str
    maker: str
    dose_number: str
    second_day: str
    opens_at: str
    kept_back: str
    state: str


def check_hours(row: SlotRow, facts: Facts) -> Iterator[Finding]:
    """The hours hold whole slots."""
    del facts
    length = _minute(row.ends_at) - _minute(row.starts_at)
    if length <= 0:
        yield Finding(ENDS, Code.CONFLICT, "開始より前です。")
    elif not int(row.minutes) or length % int(row.minutes):
        yield Finding(MINUTES, Code.CONFLICT, "開始から終了までを割り切れません。")


def check_places(row: SlotRow, facts: Facts) -> Iterator[Finding]:
    """What is kept apart is there to be kept."""
    del facts
    capacity = int(row.capacity)
    if int(row.kept_for_phone) > capacity:
        yield Finding(KEPT_FOR_PHONE, Code.CONFLICT, "定員を超えています。")
    elif int(row.kept_for_phone) + int(row.kept_back) > capacity:
        yield Finding(KEPT_BACK, Code.CONFLICT, "電話確保数と合わせて定員を超えています。")


def check_second_day(row: SlotRow, facts: Facts) -> Iterator[Finding]:
    """A pair's second day comes after its first, and belongs to a first dose."""
    del facts
    if row.second_day and (row.second_day <= row.day or row.dose_number != "1"):
        yield Finding(SECOND_DAY, Code.DATE, "1回目の枠の、その日より後の日にしてください。")


def _minute(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


SLOTS: Final = Layout(
    id="SLT",
    version=1,
    title="枠",
    party=Party.PRIME_CONTRACTOR,
    make_row=SlotRow._make,
    unique=("venue_code", "day", "starts_at", "maker", "dose_number"),
    in_the_open=True,
    checks=(check_hours, check_places, check_second_day),
    columns=(
        Column(
            "会場コード", "venue_code", Pattern("[A-Za-z0-9][A-Za-z0-9-]{0,9}", "半角英数字", "1～10"),
            CONTROL, "V01",
        ),
        Column("会場名", "venue_name", Text(30), CONTROL, "ダミー第一会場"),
        Column("日付", "day", Day(), CONTROL, "2021-06-01"),
        Column("開始", "starts_at", _CLOCK, CONTROL, "09:30"),
        Column(ENDS, "ends_at", _CLOCK, CONTROL, "12:00"),
        Column(MINUTES, "minutes", Pattern("[1-9][0-9]{0,2}", "分", "1～3桁"), CONTROL, "30"),
        Column("定員", "capacity", _COUNT, CONTROL, "20", note="一つの枠の人数"),
        Column(KEPT_FOR_PHONE, "kept_for_phone", _COUNT, CONTROL, "8", note="定員まで"),
        Column("メーカー", "maker", Text(20), CONTROL, "ファイザー"),
        Column("接種回", "dose_number", Pattern("[1-9][0-9]?", "整数", "1～2桁"), CONTROL, "1"),
        Column(
            SECOND_DAY, "second_day", Day(), CONTROL, "", required=False, note="空なら間隔の決まりによる"
        ),
        Column("公開日時", "opens_at", _OPENS, CONTROL, "2021-05-10 09:00"),
        Column(KEPT_BACK, "kept_back", _COUNT, CONTROL, "0"),
        Column(
            "状態", "state", Choice({"1": "公開", "2": "保留", "3": "閉鎖"}), CONTROL, "1"
        ),
    ),
)  # fmt: skip
