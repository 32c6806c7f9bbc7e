"""The people an incident concerns (漏えい等の報告資料, INC v1): from the ward's house to its officers."""

from typing import Final, NamedTuple

from exchange.layouts.kinds import Digits, Pattern, Text
from exchange.layouts.layout import Column, Layout
from privacy.item_whitelist import CONTROL, Party

_MOMENT: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}"


class IncidentRow(NamedTuple):
    """One resident whose record was seen or changed; the ward knows them by voucher number."""

    reference: str
    municipality_code: str
    voucher_number: str
    times: str
    first_at: str
    last_at: str
    staff: str
    acts: str
    networks: str


INCIDENT: Final = Layout(
    id="INC",
    version=1,
    title="漏えい等の報告資料",
    party=Party.PRIME_CONTRACTOR,
    make_row=IncidentRow._make,
    unique=("reference",),
    is_ours=True,
    columns=(
        Column(
            "識別子",
            "reference",
            Pattern("R(?:-[0-9A-F]{4}){3}", "識別子", "R-XXXX-XXXX-XXXX"),
            CONTROL,
            "R-1234-5678-9ABC",
        ),
        Column(
            "自治体コード", "municipality_code", Digits(6), "municipality_code", "999997",
            required=False,
        ),
        Column(
            "接種券番号", "voucher_number", Digits(10), "voucher_no", "9990000001",
            required=False, note="接種券がなくなった方は空",
        ),
        Column("回数", "times", Pattern("[0-9]{1,9}", "整数", "1～9桁"), CONTROL, "3"),
        Column("最初の日時", "first_at", Pattern(_MOMENT, "日時", "19桁"), CONTROL, "2021-06-01 09:30:00"),
        Column("最後の日時", "last_at", Pattern(_MOMENT, "日時", "19桁"), CONTROL, "2021-06-01 09:42:10"),
        Column("職員", "staff", Text(400), CONTROL, "operator1"),
        Column("行為", "acts", Text(400), CONTROL, "検索、閲覧"),
        Column("接続元", "networks", Text(400), CONTROL, "192.0.2.7", required=False),
    ),
)  # fmt: skip
