"""The roster of one day's reservations (予約名簿, RST v1): for a mass venue and its ward.

Column 14, 前回接種年月日, is the day of the dose that was really given. Neither a venue's outcome nor
the ward's vaccination records (HIS) are kept here yet, and a booked day is no given dose: the cell
stays blank, as the layout allows, rather than say what nobody knows.
"""

from typing import Final, NamedTuple

from exchange.layouts.kinds import Choice, Day, Digits, Pattern, Text
from exchange.layouts.layout import Column, Layout
from exchange.layouts.target_list import SEXES
from privacy.item_whitelist import CONTROL, Party


class RosterRow(NamedTuple):
    """One reservation, each text in its one written form."""

    venue_code: str
    venue_name: str
    reserved_on: str
    starts_at: str
    reservation_number: str
    municipality_code: str
    voucher_number: str
    name: str
    born_on: str
    age_on_day: str
    sex: str
    dose_number: str
    vaccine_maker: str
    last_dose_on: str
    channel: str
    outcome: str


CHANNELS: Final = {"1": "web", "2": "電話", "3": "窓口", "4": "割当"}
OUTCOMES: Final = {"1": "接種済", "2": "予診のみ", "3": "不来場", "4": "取消"}

_BOOKED: Final = "booking_datetime"

ROSTER: Final = Layout(
    id="RST",
    version=1,
    title="予約名簿",
    party=Party.PRIME_CONTRACTOR,
    make_row=RosterRow._make,
    unique=("reservation_number",),
    is_ours=True,
    columns=(
        Column(
            "会場コード",
            "venue_code",
            Pattern("[A-Za-z0-9-]{1,10}", "半角英数字", "1～10"),
            CONTROL,
            "V01",
        ),
        Column("接種予約会場", "venue_name", Text(30), "booking_venue", "ダミー第一会場"),
        Column("接種予約日", "reserved_on", Day(), _BOOKED, "2021-06-01"),
        Column(
            "開始時刻",
            "starts_at",
            Pattern("(?:[01][0-9]|2[0-3]):[0-5][0-9]", "時刻", "HH:MM"),
            _BOOKED,
            "09:30",
        ),
        Column(
            "予約番号",
            "reservation_number",
            Pattern("[0-9]{4}-[0-9]{6}-[0-9A-Z]", "予約番号", "MMDD-NNNNNN-C"),
            CONTROL,
            "0601-000017-K",
        ),
        Column("自治体コード", "municipality_code", Digits(6), "municipality_code", "999997"),
        Column("接種券番号", "voucher_number", Digits(10), "voucher_no", "9990000001"),
        Column("氏名", "name", Text(100), "name", "見本　太郎"),
        Column("生年月日", "born_on", Day(may_be_partly_unknown=True), "birth_date", "1950-04-01"),
        Column(
            "接種日年齢",
            "age_on_day",
            Pattern("[0-9]{1,3}", "整数", "1～3桁"),
            CONTROL,
            "71",
            required=False,
            note="年齢の法律による数え方。生年月日の一部が不詳のときは空",
        ),
        Column("性別", "sex", Choice(SEXES), "sex", "1"),
        Column("接種回", "dose_number", Pattern("[1-9][0-9]?", "整数", "1～2桁"), "dose_no", "1"),
        Column("ワクチンメーカー", "vaccine_maker", Text(20), "vaccine_maker", "ファイザー"),
        Column(
            "前回接種年月日",
            "last_dose_on",
            Day(),
            "dose_date",
            "",
            required=False,
            note="間隔の確認のため。接種の記録を取り込むまでは空",
        ),
        Column("予約経路", "channel", Choice(CHANNELS), CONTROL, "2"),
        Column(
            "受付結果",
            "outcome",
            Choice(OUTCOMES),
            CONTROL,
            "",
            required=False,
            note="会場で書き入れる",
        ),
    ),
)
