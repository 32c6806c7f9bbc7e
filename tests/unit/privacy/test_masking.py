import pytest

from privacy.masking import HIDDEN, OWN_TAIL, Shown, mail, shown, telephone
from tenancy.permissions import Role


@pytest.mark.parametrize(
    ("item", "value", "seen"),
    [
        (Shown.NAME, "見本　太郎", "見本　太郎"),
        (Shown.PHONE, "+819099990001", "●●●-●●●●-0001"),
        (Shown.EMAIL, "taro@example.jp", "t●●●@example.jp"),
        (Shown.VOUCHER, "9990123456", "●●●●●●3456"),
        (Shown.ADDRESS, "見本市見本町９９番地", "見本市見本町●●●"),
        (Shown.PHONE, None, ""),
    ],
)
def test_operators_see_what_the_talk_needs(item, value, seen):
    assert shown(item, value, role=Role.OPERATOR) == seen


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.CONTRACTOR, "nobody"])
def test_who_is_not_listed_sees_nothing(role):
    assert shown(Shown.NAME, "見本　太郎", role=role) == HIDDEN


def test_venue_staff_see_no_telephone_number():
    assert shown(Shown.PHONE, "+819099990001", role=Role.VENUE_STAFF) == HIDDEN


@pytest.mark.parametrize(
    ("e164", "seen"),
    [("+817099990042", "●●●-●●●●-●●42"), ("+81399990001", "●●-●●●●-●●01")],
)
def test_residents_see_the_last_two_figures_of_their_own_number(e164, seen):
    assert telephone(e164, readable=OWN_TAIL) == seen


def test_of_an_address_the_first_letter_and_the_domain_stay():
    assert mail("a@example.jp") == "a●●●@example.jp"
