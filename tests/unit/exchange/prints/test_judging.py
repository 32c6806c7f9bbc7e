"""Who is printed and who is left out: one reason each, and nobody printed who must not be."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.enrolments import Particulars
from booking.mailings import Addressee
from booking.models import LeftOutVoucher
from exchange.layouts.layout import Facts
from exchange.layouts.printing import PRINT_RUN
from exchange.prints.judging import Printed, Terms, judge

Reason = LeftOutVoucher.Reason
DAY = date(2026, 5, 1)
TERMS = Terms(
    municipality_code="999997", bill_to="見本県見本市", age_on=DAY, minimum_age=12,
    youngest=None, oldest=None, all_characters=False, listed_since=DAY,
)  # fmt: skip
PERSON = Particulars(
    "見本　太郎", "1950-04-01", "1", "999-0001", "見本県見本市見本町３丁目５－１２", "0", "1"
)


def addressee(*, issuer="999997", listed=DAY, is_sent=False, **said):
    return Addressee(bytes(16), issuer, "9990000001", listed, is_sent, PERSON._replace(**said))


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (addressee(is_sent=True, status_flag="1"), Reason.SENT),
        (addressee(status_flag="2", postal_code=""), Reason.FLAGGED),
        (addressee(issuer="131041"), Reason.OUT_OF_AREA),
        (addressee(listed=date(2026, 4, 1)), Reason.STALE),
        (addressee(born_on="1950-00-00"), Reason.BIRTH_UNKNOWN),
        (addressee(born_on="2014-05-03"), Reason.UNDER_AGE),
        (addressee(postal_code=""), Reason.NO_POSTAL_CODE),
        (addressee(name="見本　\ue000"), Reason.GAIJI),
        (addressee(address="見本県〓見本市"), Reason.GAIJI),
        (addressee(name="見本　𠮷"), Reason.CHARACTERS),
        (addressee(address="見" * 121), Reason.LONG_ADDRESS),
        (addressee(address="見本県" + "９" * 41), Reason.LONG_ADDRESS),
    ],
)
def test_each_is_left_out_for_the_first_reason_that_holds(one, reason):
    assert judge(one, TERMS) == reason


def test_whoever_reaches_the_age_that_day_is_printed():
    """The day before the birthday, as the law counts."""
    assert isinstance(judge(addressee(born_on="2014-05-02"), TERMS), Printed)


@given(
    flag=st.sampled_from("012"),
    born_on=st.dates(date(1900, 1, 1), DAY).map(date.isoformat),
    name=st.text("見本太郎髙﨑𠮷〓\ue000 ", min_size=1, max_size=20),
    address=st.text("見本町０１２345丁目－番号\ue001", min_size=1, max_size=160),
    is_sent=st.booleans(),
)
def test_what_is_printed_is_read_back_without_an_error(flag, born_on, name, address, is_sent):
    one = addressee(is_sent=is_sent, status_flag=flag, born_on=born_on, name=name, address=address)
    found = judge(one, TERMS)
    if not isinstance(found, Printed):
        return
    row = found.row(1)
    assert flag == "0" and not is_sent and born_on <= "2014-05-02"
    assert row.address_1 + row.address_2 + row.address_3 == address
    facts = Facts("999997", DAY)
    assert [one for check in PRINT_RUN.checks for one in check(row, facts)] == []
