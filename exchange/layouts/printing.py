"""What passes between us and the printer (印字データ・印刷結果・抜取・印刷ログ): PRT, PRR, PUL, PLG.

The printer holds six items (name, postal code, address, birth, sex, voucher number) and values made
of them; a person with a flag is taken out before, and a late one by serial and number alone.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

from exchange.layouts.kinds import Choice, Day, Digits, Pattern, PostalCode, Text
from exchange.layouts.layout import Column, Facts, Layout
from exchange.layouts.problems import Code, Finding
from exchange.layouts.stamps import Moment
from exchange.layouts.target_list import SEXES
from privacy.item_whitelist import CONTROL, Party
from shared.calendar import format_wareki
from tenancy import codes

DELIVERED: Final = "3"
PULLED: Final = "4"
STATES: Final = {"1": "印刷", "2": "封入", DELIVERED: "納品", PULLED: "抜取", "5": "損紙再印刷"}

SERIAL: Final = "印刷連番"
NUMBER: Final = "券番号"
WAREKI: Final = "生年月日和暦"
MUNICIPALITY: Final = "市町村No"
REASON: Final = "超過理由"
#: A header of our files never names 予診: what is said there never enters or leaves this house.
WITHOUT_DOSE: Final = "「予診のみ」の券に刷る数字"
_COUNT: Final = Pattern("[0-9]{1,7}", "整数", "1～7桁")


class PrintRow(NamedTuple):
    """One envelope."""

    serial: str
    voucher_number: str
    name: str
    postal_code: str
    address_1: str
    address_2: str
    address_3: str
    born_on: str
    born_on_wareki: str
    sex: str
    bill_to: str
    municipality_code: str
    dose_line_1: str
    dose_line_2: str
    screening_line_1: str
    screening_line_2: str


class PrintedRow(NamedTuple):
    """How far one envelope has come."""

    serial: str
    voucher_number: str
    state: str
    happened_at: str
    bundle: str


class PullRow(NamedTuple):
    """One envelope to be taken out again."""

    serial: str
    voucher_number: str


class PrintLogRow(NamedTuple):
    """One print: the five attributes of the founding document, and what was planned."""

    computer: str
    printed_at: str
    file_name: str
    printer: str
    sheets: str
    planned: str
    reason: str


def check_lines(row: PrintRow, facts: Facts) -> Iterator[Finding]:
    """Every line of figures is this person's, of this municipality, and of its own dose."""
    del facts
    if not codes.is_valid(row.municipality_code):
        yield Finding(MUNICIPALITY, Code.MUNICIPALITY, "検査数字が合いません。")
    whose = row.municipality_code + row.voucher_number
    for header, line, dose_number in (
        ("OCR接種1", row.dose_line_1, "1"),
        ("OCR接種2", row.dose_line_2, "2"),
        ("OCR未接種1", row.screening_line_1, "1"),
        ("OCR未接種2", row.screening_line_2, "2"),
    ):
        if line[1:] != dose_number + whose:
            yield Finding(header, Code.CONFLICT, "券番号・市町村No・回数と合いません。")


def check_wareki(row: PrintRow, facts: Facts) -> Iterator[Finding]:
    """The era's form says the same day."""
    del facts
    if row.born_on_wareki != format_wareki(date.fromisoformat(row.born_on)):
        yield Finding(WAREKI, Code.CONFLICT, "生年月日と合いません。")


def check_sheets(row: PrintLogRow, facts: Facts) -> Iterator[Finding]:
    """More sheets than were planned need a reason (S-94)."""
    del facts
    if int(row.sheets) > int(row.planned) and not row.reason:
        yield Finding(REASON, Code.REQUIRED, "予定を超えた理由を書いてください。")


def _serial() -> Column:
    return Column(SERIAL, "serial", Digits(8), CONTROL, "00000001")


def _number() -> Column:
    return Column(NUMBER, "voucher_number", Digits(10), "voucher_no", "9990000001")


PRINT_RUN: Final = Layout(
    id="PRT",
    version=1,
    title="印字データ",
    party=Party.PRINTER,
    make_row=PrintRow._make,
    unique=("voucher_number",),
    is_ours=True,
    serial="serial",
    checks=(check_lines, check_wareki),
    columns=(
        _serial(),
        _number(),
        Column("氏名", "name", Text(100, warn_over=20), "name", "見本　太郎"),
        Column("郵便番号", "postal_code", PostalCode(), "postal_code", "160-0022"),
        Column("住所1", "address_1", Text(40), "address", "東京都新宿区新宿９９丁目９９番９９号"),
        Column("住所2", "address_2", Text(40), "address", "（ダミー）", required=False),
        Column("住所3", "address_3", Text(40), "address", "", required=False),
        Column("生年月日", "born_on", Day(), "birth_date", "1950-04-01"),
        Column(WAREKI, "born_on_wareki", Text(12), CONTROL, "昭和25年4月1日"),
        Column("性別", "sex", Choice(SEXES), "sex", "1"),
        Column("請求先", "bill_to", Text(20), CONTROL, "東京都見本区"),
        Column(MUNICIPALITY, "municipality_code", Digits(6), "municipality_code", "999997"),
        Column("OCR接種1", "dose_line_1", Digits(18), CONTROL, "219999979990000001"),
        Column("OCR接種2", "dose_line_2", Digits(18), CONTROL, "229999979990000001"),
        Column(
            "OCR未接種1",
            "screening_line_1",
            Digits(18),
            CONTROL,
            "119999979990000001",
            note=WITHOUT_DOSE,
        ),
        Column(
            "OCR未接種2",
            "screening_line_2",
            Digits(18),
            CONTROL,
            "129999979990000001",
            note=WITHOUT_DOSE,
        ),
    ),
)

PRINTED: Final = Layout(
    id="PRR",
    version=1,
    title="印刷結果",
    party=Party.PRINTER,
    make_row=PrintedRow._make,
    columns=(
        _serial(),
        _number(),
        Column("状態", "state", Choice(STATES), CONTROL, "3"),
        Column("日時", "happened_at", Moment(), CONTROL, "20210331103015"),
        Column(
            "束番号", "bundle", Pattern("[A-Za-z0-9][A-Za-z0-9-]{0,19}", "半角英数字", "1～20"), CONTROL,
            "B0001", required=False,
        ),
    ),
)  # fmt: skip

PULL_LIST: Final = Layout(
    id="PUL",
    version=1,
    title="抜取リスト",
    party=Party.PRINTER,
    make_row=PullRow._make,
    unique=("serial",),
    is_ours=True,
    columns=(_serial(), _number()),
)

PRINT_LOG: Final = Layout(
    id="PLG",
    version=1,
    title="印刷ログ",
    party=Party.PRINTER,
    make_row=PrintLogRow._make,
    checks=(check_sheets,),
    columns=(
        Column("印刷元コンピュータ名", "computer", Text(63), CONTROL, "PRINT-PC01"),
        Column("印刷日時", "printed_at", Moment(), CONTROL, "20210331103015"),
        Column(
            "印刷ファイル名", "file_name", Text(255), CONTROL, "PRT_999997_20210331_001",
            note="個人の名前や番号を入れない",
        ),
        Column("印刷先プリンタ名", "printer", Text(63), CONTROL, "PRINTER-A"),
        Column("印刷枚数", "sheets", _COUNT, CONTROL, "1000"),
        Column("予定枚数", "planned", _COUNT, CONTROL, "1000"),
        Column(
            REASON, "reason", Text(200), CONTROL, "", required=False,
            note="予定枚数を超えたときは必須",
        ),
    ),
)  # fmt: skip
