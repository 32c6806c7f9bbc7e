"""The founding document's lists, as data."""

import pytest

from privacy.item_whitelist import CONTROL, Party, UnknownItem, items, may_hold, not_allowed


def test_no_party_on_our_side_may_hold_the_numbers_of_the_register():
    ours = (Party.PRIME_CONTRACTOR, Party.PRINTER, Party.CALL_CENTRE, Party.CLINIC)

    assert not any(
        may_hold(party=party, item=item) for party in ours for item in ("resident_no", "my_number")
    )


def test_answers_of_the_screening_are_for_the_clinic_alone():
    holders = [party for party in Party if may_hold(party=party, item="screening_answers")]

    assert holders == [Party.CLINIC]


def test_printer_gets_six_items_and_control_values():
    allowed = {item for item in items() if may_hold(party=Party.PRINTER, item=item)}

    assert allowed == {
        "municipality_code",
        "name",
        "postal_code",
        "address",
        "birth_date",
        "sex",
        "voucher_no",
    }
    assert may_hold(party=Party.PRINTER, item=CONTROL)


def test_names_what_a_party_may_not_hold():
    wanted = ("name", "phone", "booking_venue")

    assert not_allowed(party=Party.CLINIC, wanted=wanted) == ("phone", "booking_venue")


def test_an_item_on_no_list_is_loud():
    with pytest.raises(UnknownItem):
        may_hold(party=Party.CLINIC, item="nationality")
