"""A contact on its way: sealed for one session."""

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
