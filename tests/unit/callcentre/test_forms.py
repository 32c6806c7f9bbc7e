"""The forms of the desk stand beside each other: no field of one is taken for another's."""

import pytest

from callcentre.forms import FindForm, IdentityForm

pytestmark = pytest.mark.usefixtures("served")


def ids(form):
    return {one.id_for_label for one in form}


def test_finding_and_checking_share_no_id():
    found = FindForm(notice_needed=True, proxy_allowed=True)
    asked = IdentityForm(right_items=[])

    assert {one.name for one in found} & {one.name for one in asked}, "both ask for a name"
    assert not ids(found) & ids(asked)
