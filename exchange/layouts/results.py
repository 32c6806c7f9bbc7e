"""Doses given (接種結果): RES long and RESW in the national ledger's shape go to the ward, HIS comes.

RESW follows the 17 columns of VRS's 予防接種台帳向け出力: 1 to 13 were seen in a public guide, 14 to
17 are taken as the mirror of 6 to 9. Its first column, the number of the national register, is
always blank here. Whether the original has a header is not known: ours has none.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from exchange.layouts.kinds import Choice, Digits, Kind, Pattern, Text
from exchange.layouts.layout import Column, Facts, Layout
from exchange.layouts.problems import Code, Finding
from exchange.layouts.stamps import Blank, CompactDay, Moment
from privacy.item_whitelist import CONTROL, Party
from tenancy import codes

GIVEN: Final = "1"
GIVEN_ON: Final = "接種年月日"
VENUE: Final = "接種会場名"
MUNICIPALITY: Final = "自治体コード"
LOT: Final = Pattern("[A-Z0-9][A-Z0-9-]{0,19}", "英大文字・数字・-", "1～20")


class HistoryRow(NamedTuple):
    """One dose somebody had, as the ward's own systems tell it."""

    municipality_code: str
    voucher_number: str
    given: str
    dose_number: str
    given_on: str
    venue: str
    doctor: str
    maker: str
    lot: str


class ResultRow(NamedTuple):
    """One visit's outcome, as this house tells it."""

    reservation_number: str
    recorded_at: str
    municipality_code: str
    voucher_number: str
    given: str
    dose_number: str
    given_on: str
    venue: str
    doctor: str
    maker: str
    lot: str


class WideRow(NamedTuple):
    """One person's first and second dose."""

    blank: str
    recorded_at_1: str
    given_on_1: str
    voucher_number_1: str
    municipality_code_1: str
    venue_1: str
    doctor_1: str
    maker_1: str
    lot_1: str
    recorded_at_2: str
    given_on_2: str
    voucher_number_2: str
    municipality_code_2: str
    venue_2: str
    doctor_2: str
    maker_2: str
    lot_2: str


def check_dose(row: HistoryRow | ResultRow, facts: Facts) -> Iterator[Finding]:
    """A dose was given somewhere, not after the file was made, to somebody of a real municipality."""
    if row.given_on > f"{facts.base_date:%Y%m%d}":
        yield Finding(GIVEN_ON, Code.DATE, "基準日より後です。")
    if row.given == GIVEN and not row.venue:
        yield Finding(VENUE, Code.REQUIRED, "実施のときは必ず入れてください。")
    if not codes.is_valid(row.municipality_code):
        yield Finding(MUNICIPALITY, Code.MUNICIPALITY, "検査数字が合いません。")


def check_wide(row: WideRow, facts: Facts) -> Iterator[Finding]:
    """Each dose is told whole or not at all, the second not before the first."""
    del facts
    for number, dose in ((1, row[1:9]), (2, row[9:17])):
        if any(dose) and not all(dose[:5]):
            yield Finding(f"{number}回目接種日", Code.REQUIRED, f"{number}回目の項目が足りません。")
    if row.given_on_2 and row.given_on_2 < row.given_on_1:
        yield Finding("2回目接種日", Code.DATE, "1回目より前です。")


def _dose() -> tuple[Column, ...]:
    return (
        Column(MUNICIPALITY, "municipality_code", Digits(6), "municipality_code", "999997"),
        Column("接種券番号", "voucher_number", Digits(10), "voucher_no", "9990000001"),
        Column("接種状況", "given", Choice({GIVEN: "実施", "0": "未実施"}), "dose_status", "1"),
        Column("接種回", "dose_number", Pattern("[1-9][0-9]?", "整数", "1～2桁"), "dose_no", "1"),
        Column(GIVEN_ON, "given_on", CompactDay(), "dose_date", "20210331", note="基準日まで"),
        Column(
            VENUE, "venue", Text(30), "dose_venue", "ダミー第一会場", required=False,
            note="実施のときは必須",
        ),
        Column("接種医師名", "doctor", Text(20), "dose_doctor", "架空　医師", required=False),
        Column(
            "ワクチンメーカー", "maker", Text(20), "vaccine_maker", "ファイザー", required=False
        ),
        Column("ロット番号", "lot", LOT, "lot_no", "DUMMY01", required=False),
    )  # fmt: skip


def _wide_dose(number: int) -> tuple[Column, ...]:
    def column(name: str, field: str, kind: Kind, item: str, example: str) -> Column:
        filled = example if number == 1 else ""
        return Column(
            f"{number}回目{name}", f"{field}_{number}", kind, item, filled, required=False
        )

    return (
        column("接種履歴登録日時", "recorded_at", Moment(), CONTROL, "20210331103015"),
        column("接種日", "given_on", CompactDay(), "dose_date", "20210331"),
        column("券番号", "voucher_number", Digits(10), "voucher_no", "9990000001"),
        column("接種自治体コード", "municipality_code", Digits(6), "municipality_code", "999997"),
        column("接種会場名", "venue", Text(30), "dose_venue", "ダミー第一会場"),
        column("接種医師名", "doctor", Text(20), "dose_doctor", "架空　医師"),
        column("ワクチンメーカー", "maker", Text(20), "vaccine_maker", "ファイザー"),
        column("ワクチンロット番号", "lot", LOT, "lot_no", "DUMMY01"),
    )


HISTORY: Final = Layout(
    id="HIS",
    version=1,
    title="接種実績取込",
    party=Party.PRIME_CONTRACTOR,
    make_row=HistoryRow._make,
    unique=("municipality_code", "voucher_number", "dose_number"),
    checks=(check_dose,),
    columns=_dose(),
)

RESULTS: Final = Layout(
    id="RES",
    version=1,
    title="接種結果",
    party=Party.VRS,
    make_row=ResultRow._make,
    is_ours=True,
    checks=(check_dose,),
    columns=(
        Column(
            "予約番号",
            "reservation_number",
            Pattern("[0-9]{4}-[0-9]{6}-[0-9A-Z]", "予約番号", "MMDD-NNNNNN-C"),
            CONTROL,
            "0331-000017-K",
            required=False,
            note="予約のない人は空",
        ),
        Column("登録日時", "recorded_at", Moment(), CONTROL, "20210331103015"),
        *_dose(),
    ),
)

WIDE_RESULTS: Final = Layout(
    id="RESW",
    version=1,
    title="接種結果(予防接種台帳の形)",
    party=Party.VRS,
    make_row=WideRow._make,
    is_ours=True,
    has_header=False,
    checks=(check_wide,),
    columns=(
        Column("空欄", "blank", Blank(), CONTROL, "", required=False, note="1列目は常に空"),
        *_wide_dose(1),
        *_wide_dose(2),
    ),
)
