"""Any sequence of lists ends where a simple model of the register ends (T13)."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking import enrolments
from booking.enrolments import Known, What
from booking.models import Resident, Voucher
from exchange.intake._compare import Comparison, enrolment, particulars
from exchange.layouts.problems import Finding
from exchange.layouts.target_list import TargetRow
from tests import cast
from tests.unit.exchange.conftest import BASE

NUMBERS = [f"99900000{n:02}" for n in range(6)]


def row(number, *, operation="1", old="", name="見本　太郎", flag="0"):
    address = "東京都見本市架空町１番（ダミー）"
    return TargetRow(
        operation, "999997", number, old, name, "1950-04-01", "1", "", address, flag, "1"
    )


@dataclass
class Holder:
    """A person of the model."""

    name: str
    flag: str
    number: str
    live: bool = True


class Register:
    """What a clerk would do with cards in a box."""

    def __init__(self):
        self.cards = {}  # number → holder
        self.dead = set()

    def take(self, one):
        live = {n: h for n, h in self.cards.items() if n not in self.dead}
        if one.old_voucher_number:
            if one.voucher_number in self.cards or one.old_voucher_number not in live:
                return False
            holder = self.cards[one.old_voucher_number]
            self.dead.add(one.old_voucher_number)
            self.cards[one.voucher_number] = holder
            holder.number = one.voucher_number
        elif one.voucher_number not in self.cards:
            if one.operation != "1":
                return False
            self.cards[one.voucher_number] = Holder(one.name, one.status_flag, one.voucher_number)
            return True
        elif one.voucher_number in self.dead:
            return False
        elif one.operation == "3":
            self.dead.add(one.voucher_number)
            self.cards[one.voucher_number].live = False
            return True
        holder = self.cards[one.voucher_number]
        holder.name, holder.flag = one.name, one.status_flag
        return True


ROWS = st.builds(
    row,
    st.sampled_from(NUMBERS),
    operation=st.sampled_from("1123"),
    name=st.sampled_from(["見本　太郎", "試験　花子", "架空　三郎"]),
    flag=st.sampled_from("0012"),
)
REISSUES = st.tuples(st.sampled_from(NUMBERS), st.sampled_from(NUMBERS)).filter(
    lambda pair: pair[0] != pair[1]
)
LISTS = st.lists(
    st.one_of(
        st.lists(ROWS, max_size=5, unique_by=lambda one: one.voucher_number),
        REISSUES.map(lambda pair: [row(pair[0], operation="2", old=pair[1])]),
    ),
    max_size=5,
)


def take_in(rows, day):
    comparison, taken, settled = Comparison(), [], []
    for one in rows:
        meaning = comparison.meaning(one)
        taken.append(not isinstance(meaning, Finding))
        if taken[-1]:
            settled.append(enrolment(one, comparison.key_of(one), *meaning))
    enrolments.enrol(rows=settled, base_date=day, is_dummy=True, at=cast.NOW)
    return taken


@pytest.mark.usefixtures("served")
class TestAnySequence:
    @settings(
        max_examples=60,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(LISTS)
    def test_ends_where_the_model_ends(self, lists):
        with transaction.atomic():
            self.assert_ends_alike(lists)
            transaction.set_rollback(True)  # the next example starts anew

    def assert_ends_alike(self, lists):
        register = Register()
        for month, rows in enumerate(lists):
            assert take_in(rows, BASE + timedelta(days=month)) == [
                register.take(one) for one in rows
            ]

        kept = {
            voucher.voucher_number: (
                voucher.resident.name,
                voucher.resident.status_flag,
                voucher.is_live,
            )
            for voucher in Voucher.objects.select_related("resident")
        }
        assert kept == {
            number: (holder.name, holder.flag, number not in register.dead)
            for number, holder in register.cards.items()
        }
        people = {id(holder) for holder in register.cards.values()}
        assert Resident.objects.count() == len(people)


def test_a_known_voucher_is_packed_and_unpacked():
    known = Known(bytes(range(16)), bytes(16), b"d" * 16, is_live=False)

    assert Known.unpacked(known.packed()) == known
    assert particulars(row("1")).digest() != particulars(row("1", flag="1")).digest()
    assert What.NEW == 1
