"""A list that was taken in, and the print run made of it."""

import io

import pytest
import pyzipper

from booking.mailings import Plan
from exchange import prints, rosters
from exchange.layouts import PRINT_RUN, reading
from exchange.layouts.layout import Facts
from exchange.models import Parcel
from tests import cast
from tests.unit.exchange.conftest import BASE


def plan(**changes):
    told = {"title": "第1便", "base_date": BASE, "age_on": BASE, "bill_to": "見本県見本市"}
    return Plan(**(told | changes))


@pytest.fixture
def listed(applied, people):
    """Twelve people without a flag on a full list; the rows of the list."""
    rows = [row._replace(status_flag="0") for row in people(12)]
    applied(rows)
    return rows


@pytest.fixture
def run(officers):
    """Ask for a print run and build it."""

    def make(at=cast.NOW, **changes):
        parcel = prints.ask(plan=plan(**changes), by=officers[0], at=at)
        prints.build(parcel_id=parcel.pk, at=at)
        return Parcel.objects.select_related("mailing").get(pk=parcel.pk)

    return make


def opened(parcel, officers, *, layout=PRINT_RUN):
    """The rows of a file, fetched by a second officer."""
    _, content = rosters.fetch(parcel=parcel, by=officers[1], at=cast.NOW)
    _, password = rosters.show_password(parcel=parcel, by=officers[1], at=cast.NOW)
    with pyzipper.AESZipFile(io.BytesIO(content)) as archive:
        archive.setpassword(password.encode())
        (name,) = [one for one in archive.namelist() if one.endswith(".csv")]
        stream = io.BytesIO(archive.read(name))
    facts = Facts("999997", parcel.base_date)
    return list(reading.read(layout=layout, stream=stream, encoding="utf-8", facts=facts))
