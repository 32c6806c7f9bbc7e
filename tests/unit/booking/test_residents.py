"""Finding a resident: by blind index, exactly, five at most."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking import residents
from booking.models import Reservation, Voucher
from booking.residents import How
from tests import cast

pytestmark = pytest.mark.usefixtures("served")


@pytest.fixture
def taro(served):
    return cast.resident(voucher_number="9990123456", phone="+819099990001")


def only(found):
    (one,) = found
    return one


class TestFindByNumber:
    @pytest.mark.parametrize(
        "typed",
        [
            "9990123456",
            "９９９０１２３４５６",
            "999-0123-456",
            "219999979990123456",
            "A9990123456A",
        ],
    )
    def test_finds_by_voucher_number_or_scan(self, taro, typed):
        found = only(residents.find(number=typed))

        assert found.resident == taro
        assert found.how == How.VOUCHER
        assert found.voucher_is_live

    @pytest.mark.parametrize(
        "typed", ["09099990001", "０９０－９９９９－０００１", "+81 90 9999 0001"]
    )
    def test_finds_by_telephone_number(self, taro, typed):
        assert only(residents.find(number=typed)).how == How.PHONE

    def test_ten_digits_may_be_a_landline(self, served):
        hanako = cast.resident(phone="+81312345678")

        assert only(residents.find(number="0312345678")).resident == hanako

    def test_finds_by_reservation_number(self, taro):
        cast.everybody_may_book()
        made = cast.reservation(taro)

        found = only(residents.find(number=made.reservation_number.replace("-", "")))

        assert (found.resident, found.how) == (taro, How.RESERVATION)
        assert Reservation.objects.count() == 1

    def test_tells_that_a_voucher_is_dead(self, taro):
        Voucher.objects.update(is_live=False)

        assert not only(residents.find(number="9990123456")).voucher_is_live

    def test_nobody_is_an_empty_list(self, served):
        assert residents.find(number="9990999999") == []

    def test_a_scan_from_elsewhere_says_so(self, taro):
        with pytest.raises(residents.OtherMunicipality):
            residents.find(number="219999899990123456")

    def test_a_resident_with_a_voucher_from_elsewhere_is_found(self, taro):
        Voucher.objects.update(issuer_code="999989")

        assert only(residents.find(number="219999899990123456")).resident == taro

    def test_a_misread_scan_says_so(self, taro):
        with pytest.raises(residents.FindRefused, match="読み取り"):
            residents.find(number="219999969990123456")

    @pytest.mark.parametrize("typed", ["9", "99901%", "abc", "999012345", "%", "123-4567"])
    def test_refuses_parts_and_wildcards(self, taro, typed):
        with pytest.raises(residents.FindRefused):
            residents.find(number=typed)

    def test_refuses_more_than_five(self, served):
        for _ in range(6):
            cast.resident(phone="+81312345678")

        with pytest.raises(residents.TooManyFound):
            residents.find(number="0312345678")


class TestFindByName:
    def test_finds_the_exact_name_with_the_date_of_birth(self, taro):
        found = only(residents.find(name="見本太郎", born_on=date(1950, 4, 1)))

        assert (found.resident, found.how) == (taro, How.NAME)

    @pytest.mark.parametrize(
        ("name", "born_on"), [("見本", date(1950, 4, 1)), ("見本太郎", date(1950, 4, 2))]
    )
    def test_finds_nobody_by_less(self, taro, name, born_on):
        assert residents.find(name=name, born_on=born_on) == []

    def test_refuses_a_name_alone(self, taro):
        with pytest.raises(residents.NameAlone):
            residents.find(name="見本太郎")

    def test_refuses_nothing(self, served):
        with pytest.raises(residents.NothingToFindBy):
            residents.find(born_on=date(1950, 4, 1))


def test_asks_the_database_by_index_only(taro):
    with CaptureQueriesContext(connection) as asked:
        residents.find(number="09099990001")
        residents.find(name="見本太郎", born_on=date(1950, 4, 1))

    assert not any("LIKE" in one["sql"].upper() for one in asked)
    assert not any("見本" in one["sql"] or "9990001" in one["sql"] for one in asked)
