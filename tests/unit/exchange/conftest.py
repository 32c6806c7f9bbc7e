"""The cast of the exchange: three ward officers, and target lists as a clerk makes them."""

from datetime import date

import pytest

from exchange import dummy_targets, intake, sealing, spool
from exchange.layouts import TARGET_LIST
from exchange.layouts.writing import write
from tenancy.current import serving
from tests import cast

PASSWORD = "a dummy password of a clerk"
BASE = date(2026, 5, 1)


@pytest.fixture
def here(live_municipalities, settings, tmp_path):
    """Serving 見本市 with committed data and a spool of the test's own."""
    settings.WAKU_SPOOL = tmp_path / "spool"
    with serving(live_municipalities.mihon):
        yield live_municipalities.mihon


@pytest.fixture
def officers(here):
    """Three ward officers: one hands in, one unlocks, one commits."""
    return [cast.staff("ward_officer", organisation="見本市 保健予防課") for _ in range(3)]


@pytest.fixture
def people():
    """Target rows of people who do not exist."""

    def make(count=40, **options):
        wish = dummy_targets.Wish(
            people=count, municipality_code="999997", base_date=BASE, **options
        )
        return list(dummy_targets.rows(wish))

    return make


@pytest.fixture
def container(tmp_path):
    """Rows in an AES-256 .zip, as bytes."""

    def make(rows, *, name="meibo.csv", encoding="utf-8", password=PASSWORD, data=None):
        path = tmp_path / spool.new_name()
        if data is None:
            data = b"".join(write(layout=TARGET_LIST, rows=rows))
            if encoding != "utf-8":
                data = data.decode("utf-8-sig").encode(encoding)
        sealing.seal_like_a_clerk(chunks=[data], name=name, to=path, password=password, at=cast.NOW)
        return path.read_bytes()

    return make


def declared(rows, **changes):
    told = {"base_date": BASE, "rows": rows, "encoding": "utf-8", "is_dummy": True} | changes
    return intake.Declared(**told)


@pytest.fixture
def hand_in(container, officers):
    """Hand a list in as the first officer."""

    def make(rows, *, declared_rows=None, sealed=None, **changes):
        options = {k: changes.pop(k) for k in ("name", "data") if k in changes}
        by = changes.pop("by", officers[0])
        content = sealed or container(rows, encoding=changes.get("encoding", "utf-8"), **options)
        return intake.receive(
            spooled=spool.keep([content]),
            declared=declared(len(rows) if declared_rows is None else declared_rows, **changes),
            by=by,
            at=cast.NOW,
        )

    return make


@pytest.fixture
def checked(hand_in, officers):
    """A list after its dry run."""

    def make(rows, *, password=PASSWORD, **changes):
        parcel = hand_in(rows, **changes)
        intake.unlock(parcel=parcel, password=password, by=officers[1], at=cast.NOW)
        intake.check(parcel_id=parcel.pk, at=cast.NOW)
        parcel.refresh_from_db()
        return parcel

    return make


@pytest.fixture
def applied(checked, officers):
    """A list taken in."""

    def make(rows, *, partial_reason="", **changes):
        parcel = checked(rows, **changes)
        intake.commit(parcel=parcel, partial_reason=partial_reason, by=officers[1], at=cast.NOW)
        intake.apply(parcel_id=parcel.pk, at=cast.NOW)
        parcel.refresh_from_db()
        return parcel

    return make
