"""An operator at her desk, a supervisor, a resident who calls."""

import pytest

from callcentre import calls, identity_checks, parties
from tests import cast
from tests.cast import NOW


@pytest.fixture
def operator(served):
    return cast.staff(display_name="電話 一子")


@pytest.fixture
def other_operator(served):
    return cast.staff(display_name="電話 二郎")


@pytest.fixture
def supervisor(served):
    return cast.staff("supervisor", display_name="管理 花子")


@pytest.fixture
def taro(served):
    return cast.resident(voucher_number="9990123456", phone="+819099990001")


@pytest.fixture
def call(operator):
    return calls.start(by=operator, at=NOW)


@pytest.fixture
def bring(operator):
    """Bring a resident into a call by voucher; `passed` answers the identity check as well."""

    def bring_in(call, resident, *, passed=True, by=operator, **kwargs):
        (found,) = parties.look_for(
            call=call,
            clues=parties.Clues(number=resident.voucher_number_for_test),
            by=by,
            at=NOW,
        )
        party = parties.bring_in(call=call, found=found, by=by, at=NOW, **kwargs)
        if passed:
            party, _ = identity_checks.answer_by_clues(
                party=party,
                clues=parties.Clues(
                    resident.voucher_number_for_test, resident.name, resident.born_on
                ),
                by=by,
                at=NOW,
            )
        return party

    return bring_in
