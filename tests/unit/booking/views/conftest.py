"""A resident with a browser that keeps cookies, and something to choose from."""

import re
import uuid
from datetime import date, time, timedelta

import pytest
from django.utils.timezone import localdate

from tests import cast
from tests.serving import desk

BORN_ON = date(1950, 4, 1)


class Visitor:
    """A resident at the resident host."""

    def __init__(self):
        self.client = desk(None, kind="resident")

    def get(self, path, **kwargs):
        return self.client.get(path, **kwargs)

    def post(self, path, **data):
        return self.client.post(path, data)

    def sign_in(self, resident, **changes):
        return self.post("/sign-in/", **typed(resident.voucher_number_for_test, **changes))

    def choose(self, dose, bucket):
        return self.post(f"/choose/{dose}/take/", place=bucket.pk)

    def leave_contact(self, **changes):
        return self.post(
            "/contact/", **{"phone": "070-9999-0002", "email": "", "notice": "1"} | changes
        )

    def confirm(self, key=None):
        return self.post("/confirm/", request_key=key or self.key())

    def key(self, path="/confirm/"):
        return uuid.UUID(self.hidden("request_key", path))

    def hidden(self, name, path):
        """What a page carries along to its form."""
        return re.search(rf'name="{name}" value="([^"]+)"', self.get(path).text)[1]

    def confirm_move(self, dose):
        path = f"/mine/{dose}/move/confirm/"
        return self.post(path, request_key=self.key(path))

    def cancel(self, dose, **data):
        path = f"/mine/{dose}/cancel/"
        return self.post(path, shown=self.hidden("shown", path), **data)


def typed(number, born_on=BORN_ON, **changes):
    """What a sign-in form sends."""
    return {
        "voucher": number,
        "born_on_year": str(born_on.year),
        "born_on_month": str(born_on.month),
        "born_on_day": str(born_on.day),
        "born_on_era": "西暦",
        **changes,
    }


def far(days):
    """A day that many days from today."""
    return localdate() + timedelta(days=days)


@pytest.fixture
def visitor(served):
    return Visitor()


@pytest.fixture
def places(served):
    """Two doses at one venue: (first, second), three weeks apart, four web places each."""
    cast.everybody_may_book()
    hall = cast.venue()
    first = cast.slot(day=far(14), venue_=hall)[1]
    second = cast.slot(day=far(35), venue_=hall)[1]
    return first, second


@pytest.fixture
def resident(served):
    return cast.resident(born_on=BORN_ON)


@pytest.fixture
def earlier_time(places):
    """Another time on the first day."""
    slot = places[0].slot
    return cast.slot(day=far(14), at=time(9, 0), venue_=slot.opening.venue)[1]
