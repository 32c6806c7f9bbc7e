"""A reissued number takes over what the old one had; the old one opens no new reservation."""

from datetime import date, timedelta

import pytest

from booking import sign_in
from booking.models import Reservation, Voucher, VoucherEvent
from booking.ocr_line import OcrLine
from tests import cast
from tests.unit.exchange.conftest import BASE
from tests.unit.exchange.test_intake import person
from tests.unit.exchange.test_rosters import reserve

pytestmark = pytest.mark.usefixtures("here")

BORN_ON = date(1950, 4, 1)


@pytest.fixture
def rows(applied, people):
    """A person who is on record, and the row by which the number is reissued."""
    old = people(1)[0]._replace(status_flag="0", born_on=BORN_ON.isoformat())
    applied([old])
    return old, old._replace(
        operation="2", voucher_number="9980000001", old_voucher_number=old.voucher_number
    )


def typed(row, reservation_number=None):
    return sign_in.Typed(OcrLine(row.voucher_number), BORN_ON, "198.51.100.7", reservation_number)


def test_the_reservation_lives_on_under_the_new_number(rows, applied):
    old, new = rows
    number = reserve(person(old))
    applied([new], load="delta", base_date=BASE + timedelta(days=1))

    assert Reservation.objects.get(reservation_number=number).is_live
    found = sign_in.enter_to_change(typed(new, number), at=cast.NOW)
    assert found.pk == Reservation.objects.get().resident_id


def test_only_the_new_number_books(rows, applied):
    old, new = rows
    before = sign_in.enter_to_book(typed(old), at=cast.NOW)
    applied([new], load="delta", base_date=BASE + timedelta(days=1))

    with pytest.raises(sign_in.NotConfirmed):
        sign_in.enter_to_book(typed(old), at=cast.NOW)
    assert sign_in.enter_to_book(typed(new), at=cast.NOW).pk == before.pk


def test_only_the_new_number_changes(rows, applied):
    old, new = rows
    number = reserve(person(old))
    assert sign_in.enter_to_change(typed(old, number), at=cast.NOW)
    applied([new], load="delta", base_date=BASE + timedelta(days=1))

    with pytest.raises(sign_in.NotConfirmed):
        sign_in.enter_to_change(typed(old, number), at=cast.NOW)


def test_a_stopped_number_that_nothing_replaced_still_changes(rows, applied):
    old, _ = rows
    number = reserve(person(old))
    Voucher.objects.update(is_live=False)

    assert sign_in.enter_to_change(typed(old, number), at=cast.NOW)


def test_the_old_numbers_end_is_in_its_history(rows, applied):
    old, new = rows
    applied([new], load="delta", base_date=BASE + timedelta(days=1))
    void = new._replace(operation="3", old_voucher_number="")
    applied([void], load="delta", base_date=BASE + timedelta(days=2))

    found = VoucherEvent.objects.select_related("voucher")
    ends = {str(one.voucher.voucher_number): one.what for one in found}
    assert ends == {old.voucher_number: "replaced", new.voucher_number: "stopped"}
    assert found.count() == 2, "each ends once"
