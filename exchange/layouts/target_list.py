"""The target list a ward sends (接種対象者取込, TGT v1): one row a person and voucher."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from exchange.layouts import postal_areas
from exchange.layouts.characters import fits_cp932
from exchange.layouts.kinds import Choice, Day, Digits, PostalCode, Text
from exchange.layouts.layout import Column, Facts, Layout
from exchange.layouts.problems import Code, Finding
from privacy.item_whitelist import CONTROL, Party
from shared.calendar import age_on
from tenancy import codes

NEW: Final = "1"
CHANGED: Final = "2"
VOID: Final = "3"

NO_FLAG: Final = "0"
MOVED_OUT: Final = "1"
DECEASED: Final = "2"

OWN_RESIDENT: Final = "1"
OUT_OF_AREA: Final = "2"

EARLIEST_BIRTH: Final = "1900-01-01"


class TargetRow(NamedTuple):
    """One row, each text in its one written form."""

    operation: str
    municipality_code: str
    voucher_number: str
    old_voucher_number: str
    name: str
    born_on: str
    sex: str
    postal_code: str
    address: str
    status_flag: str
    scheme: str


@lru_cache(maxsize=65536)
def age_at(born_on: str, day: date) -> int | None:
    """The age on a day by the calendar's one rule; None where the birth date is not wholly known."""
    try:
        born = date.fromisoformat(born_on)
    except ValueError:
        return None
    return age_on(born, day)


_is_valid = lru_cache(maxsize=4096)(codes.is_valid)


def check_municipality(row: TargetRow, facts: Facts) -> Iterator[Finding]:
    """Our own code, or for vaccination outside the home municipality a real one."""
    code = row.municipality_code
    if code == facts.municipality_code:
        return
    if not _is_valid(code):
        yield Finding(MUNICIPALITY, Code.MUNICIPALITY, "検査数字が合いません。")
    elif row.scheme != OUT_OF_AREA:
        yield Finding(MUNICIPALITY, Code.MUNICIPALITY, "この自治体のコードではありません。")


def check_birth(row: TargetRow, facts: Facts) -> Iterator[Finding]:
    """Born in a believable year, not after the base date, and of the campaign's age."""
    if not EARLIEST_BIRTH <= row.born_on <= facts.base_date.isoformat():
        if row.born_on[:4] < EARLIEST_BIRTH[:4] or row.born_on > facts.base_date.isoformat():
            yield Finding(BORN_ON, Code.DATE, "1900年より前か、基準日より後です。")
        return
    if facts.youngest is None and facts.oldest is None:
        return
    age = age_at(row.born_on, facts.base_date)
    if age is None:
        return
    if (facts.youngest is not None and age < facts.youngest) or (
        facts.oldest is not None and age > facts.oldest
    ):
        yield Finding(BORN_ON, Code.AGE, "基準日の年齢が接種の対象外です。")


def check_voucher(row: TargetRow, _: Facts) -> Iterator[Finding]:
    """An old number belongs to a reissue, and differs from the new one."""
    if not row.old_voucher_number:
        return
    if row.operation != CHANGED:
        yield Finding(OLD_NUMBER, Code.CONFLICT, "旧番号は処理区分2(更新)のときだけ書けます。")
    elif row.old_voucher_number == row.voucher_number:
        yield Finding(OLD_NUMBER, Code.CONFLICT, "新しい番号と同じです。")


def check_flag(row: TargetRow, _: Facts) -> Iterator[Finding]:
    """Moving out of here needs having lived here."""
    if row.scheme == OUT_OF_AREA and row.status_flag == MOVED_OUT:
        yield Finding(STATUS_FLAG, Code.CONFLICT, "住所地外の人に転出フラグがあります。")


def check_address(row: TargetRow, _: Facts) -> Iterator[Finding]:
    """The postal code and the address name the same prefecture."""
    if row.postal_code and not postal_areas.agrees(
        postal_code=row.postal_code, address=row.address
    ):
        yield Finding(POSTAL_CODE, Code.POSTAL_MISMATCH, "郵便番号と住所の都道府県が違います。")


def check_printable(row: TargetRow, _: Facts) -> Iterator[Finding]:
    """Old systems and printers know the characters of CP932 only."""
    if fits_cp932(row.name + row.address):
        return
    for header, text in ((NAME, row.name), (ADDRESS, row.address)):
        if not fits_cp932(text):
            yield Finding(header, Code.NOT_IN_CP932, "CP932にない文字があります。")


MUNICIPALITY: Final = "自治体コード"
OLD_NUMBER: Final = "旧接種券番号"
NAME: Final = "氏名"
BORN_ON: Final = "生年月日"
POSTAL_CODE: Final = "郵便番号"
ADDRESS: Final = "住所"
STATUS_FLAG: Final = "転出死亡フラグ"

SEXES: Final = {"1": "男", "2": "女", "0": "不明", "9": "その他"}

TARGET_LIST: Final = Layout(
    id="TGT",
    version=1,
    title="接種対象者取込",
    party=Party.PRIME_CONTRACTOR,
    make_row=TargetRow._make,
    unique=("municipality_code", "voucher_number"),
    checks=(
        check_municipality,
        check_birth,
        check_voucher,
        check_flag,
        check_address,
        check_printable,
    ),
    columns=(
        Column(
            "処理区分",
            "operation",
            Choice({NEW: "新規", CHANGED: "更新", VOID: "取消(番号失効)"}),
            CONTROL,
            "1",
            note="全件のときはすべて1",
        ),
        Column(
            MUNICIPALITY,
            "municipality_code",
            Digits(6),
            "municipality_code",
            "999997",
            note="自分の自治体。住所地外の人は発行した自治体。検査数字を確かめる",
        ),
        Column(
            "接種券番号",
            "voucher_number",
            Digits(10),
            "voucher_no",
            "9990000001",
            note="自治体コードとの組で重複不可",
        ),
        Column(
            OLD_NUMBER,
            "old_voucher_number",
            Digits(10),
            "voucher_no",
            "",
            required=False,
            note="再発行(処理区分2)のときだけ。旧番号は使えなくなる",
        ),
        Column(
            NAME,
            "name",
            Text(100, warn_over=20),
            "name",
            "見本　太郎",
            note="分かれば姓と名の間に全角の空白。20文字を超えると注意が出る",
        ),
        Column(
            BORN_ON,
            "born_on",
            Day(may_be_partly_unknown=True),
            "birth_date",
            "1950-04-01",
            note="月日が不詳のときは00。1900-01-01から基準日まで",
        ),
        Column("性別", "sex", Choice(SEXES), "sex", "1"),
        Column(
            POSTAL_CODE,
            "postal_code",
            PostalCode(),
            "postal_code",
            "160-0022",
            required=False,
            note="印刷までに必須",
        ),
        Column(
            ADDRESS,
            "address",
            Text(200),
            "address",
            "東京都新宿区新宿９９丁目９９番９９号（ダミー）",
            note="都道府県から建物名まで",
        ),
        Column(
            STATUS_FLAG,
            "status_flag",
            Choice({NO_FLAG: "なし", MOVED_OUT: "転出", DECEASED: "死亡"}),
            "moved_or_deceased",
            "0",
        ),
        Column(
            "接種区分",
            "scheme",
            Choice({OWN_RESIDENT: "住民", OUT_OF_AREA: "住所地外"}),
            CONTROL,
            "1",
        ),
    ),
)
