"""A contact on its way: sealed for one session, masked on the page."""

import pytest

from booking import contacts
from booking.contacts import Contact

CONTACT = Contact(phone="+817099990042", email="canary@example.jp", language="en")


class TestSealing:
    def test_opens_for_the_same_session_only(self, served):
        kept = contacts.sealed_for(CONTACT, session_key="a" * 32)

        assert contacts.opened(kept, session_key="a" * 32) == CONTACT
        assert contacts.opened(kept, session_key="b" * 32) is None

    @pytest.mark.parametrize("kept", [None, "", "not base64!", "AAAA"])
    def test_takes_nothing_for_a_contact_that_is_none(self, served, kept):
        assert contacts.opened(kept, session_key="a" * 32) is None

    def test_shows_nothing_in_a_traceback(self):
        assert repr(CONTACT) == "Contact(…)"


class TestMasks:
    @pytest.mark.parametrize(
        ("e164", "shown"),
        [
            ("+817099990042", "●●●-●●●●-●●42"),
            ("+81399990001", "●●-●●●●-●●01"),
            (None, ""),
            ("", ""),
        ],
    )
    def test_of_a_number_leave_the_last_two_figures(self, e164, shown):
        assert contacts.masked_phone(e164) == shown

    @pytest.mark.parametrize(
        ("address", "shown"),
        [("canary@example.jp", "c●●●@example.jp"), ("a@example.jp", "a●●●@example.jp"), (None, "")],
    )
    def test_of_an_address_leave_the_first_letter_and_the_domain(self, address, shown):
        assert contacts.masked_email(address) == shown
