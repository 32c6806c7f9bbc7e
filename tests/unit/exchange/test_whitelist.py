"""What layouts and models hold, against the founding document's lists (S-108 to S-111)."""

import pytest
from django.apps import apps

from exchange.layouts import LAYOUTS
from privacy.item_whitelist import CONTROL, Party, items, may_hold
from shared.forbidden_items import forbidden_header

#: Every sealed column of ours, by the item it holds; `control` is made by us and no new item.
HELD = {
    "name": "name",
    "born_on": "birth_date",
    "sex": "sex",
    "postal_code": "postal_code",
    "address": "address",
    "phone": "phone",
    "email": "email",
    "voucher_number": "voucher_no",
    "number_index": "voucher_no",
    "name_born_index": "name",
    "phone_index": "phone",
    "email_index": "email",
}
OURS = {"booking", "exchange"}
#: Of a file or of a lot, not of a person.
OF_NOBODY = {"exchange.Parcel.password", "booking.Lottery.seed", "booking.WaitingOrder.seed"}


def sealed_columns():
    for model in apps.get_models():
        if model._meta.app_label in OURS and "Privacy" in vars(model):
            for column in sorted(model.Privacy.sealed):
                yield f"{model._meta.label}.{column}", column


@pytest.mark.parametrize(("label", "column"), list(sealed_columns()))
def test_no_sealed_column_of_booking_holds_an_item_on_no_list(label, column):
    if label in OF_NOBODY:
        return

    assert column in HELD, f"{label}: which item of the founding document is it?"
    assert may_hold(party=Party.PRIME_CONTRACTOR, item=HELD[column])


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=lambda one: one.id)
def test_every_column_of_a_layout_is_an_item_its_party_may_hold(layout):
    for column in layout.columns:
        assert column.item == CONTROL or column.item in items()
        assert may_hold(party=layout.party, item=column.item), column.header


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=lambda one: one.id)
def test_no_layout_has_a_forbidden_header(layout):
    assert [header for header in layout.headers if forbidden_header(header)] == []


def test_no_model_has_a_column_named_after_a_forbidden_item():
    forbidden = ("my_number", "individual_number", "addressee", "nationality", "household", "kana")
    columns = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
    ]

    assert [name for name in columns if any(word in name for word in forbidden)] == []


def test_the_test_bites():
    """If this ever fails, the tests above prove nothing."""
    assert not may_hold(party=Party.CLINIC, item="phone")
    assert not may_hold(party=Party.PRIME_CONTRACTOR, item="screening_answers")
