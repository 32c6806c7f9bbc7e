"""What each row of a list means for the register we have (台帳との突合)."""

from typing import Final

from booking import enrolments
from booking.enrolments import Enrolment, Known, Particulars, What
from exchange.layouts.problems import Code, Finding
from exchange.layouts.target_list import CHANGED, OLD_NUMBER, VOID, TargetRow

NUMBER: Final = "接種券番号"

_UNKNOWN = Finding(NUMBER, Code.UNKNOWN_PERSON, "この番号の対象者は登録されていません。")
_OLD_UNKNOWN = Finding(
    OLD_NUMBER,
    Code.UNKNOWN_PERSON,
    "旧番号の対象者が登録されていないか、この名簿の別の行で使われています。",
)
_DEAD = Finding(NUMBER, Code.CONFLICT, "失効した番号です。")
_TAKEN = Finding(NUMBER, Code.CONFLICT, "新しい番号がすでに使われています。")
_REISSUED_HERE = Finding(NUMBER, Code.CONFLICT, "この名簿の別の行で再発行された旧番号です。")


def particulars(row: TargetRow) -> Particulars:
    """What a row says about its person."""
    return Particulars(
        row.name, row.born_on, row.sex, row.postal_code, row.address, row.status_flag, row.scheme
    )


class Comparison:
    """The register as it was when the pass began; every voucher is met at most once."""

    def __init__(self) -> None:
        self._key = enrolments.Keys().key
        self._known = enrolments.known()
        self._reissued: set[bytes] = set()

    def meaning(self, row: TargetRow) -> tuple[What, Known | None] | Finding:
        """What the row means, or why it cannot be taken."""
        key = self.key_of(row)
        have = self._meet(key)
        if row.old_voucher_number:
            return self._reissue(row, have)
        if have is None:
            if key in self._reissued:
                return _REISSUED_HERE
            return (What.NEW, None) if row.operation not in {CHANGED, VOID} else _UNKNOWN
        if not have.is_live:
            return _DEAD
        if row.operation == VOID:
            return What.VOID, have
        same = have.digest == particulars(row).digest()
        return (What.SAME if same else What.CHANGED), have

    def pass_over(self, row: TargetRow) -> None:
        """A row with errors still names its voucher: it is not gone."""
        self._known.pop(self.key_of(row), None)

    def key_of(self, row: TargetRow) -> bytes:
        """By what the row's voucher is found."""
        return self._key(issuer_code=row.municipality_code, voucher_number=row.voucher_number)

    def _reissue(self, row: TargetRow, have: Known | None) -> tuple[What, Known | None] | Finding:
        old = self._key(issuer_code=row.municipality_code, voucher_number=row.old_voucher_number)
        holder = self._meet(old)
        if have is not None:
            return _TAKEN
        if holder is None:
            return _OLD_UNKNOWN
        if not holder.is_live:
            return _DEAD
        self._reissued.add(old)
        return What.REISSUED, holder

    def gone(self) -> int:
        """Live vouchers that the list did not name; absence changes nothing by itself."""
        return sum(Known.unpacked(packed).is_live for packed in self._known.values())

    def _meet(self, key: bytes) -> Known | None:
        packed = self._known.pop(key, None)
        return None if packed is None else Known.unpacked(packed)


def enrolment(row: TargetRow, key: bytes, what: What, known: Known | None) -> Enrolment:
    """The row with the ids it will be sealed for."""
    resident_id = enrolments.new_id() if known is None else known.resident_id
    keeps = known is not None and what is not What.REISSUED
    voucher_id = known.voucher_id if keeps and known else enrolments.new_id()
    return Enrolment(
        what,
        resident_id,
        voucher_id,
        key,
        row.municipality_code,
        row.voucher_number,
        particulars(row),
    )
