"""One hour of somebody who tries one date of birth on voucher after voucher (T01, T03; S-24).

The moments are handed in, so that an hour takes seconds. What is counted is how many tries were
looked at at all: with 1 hit in 7,500 (safety.md 3.1), three hundred of them are 0.04 residents.
"""

from datetime import date, timedelta

import pytest

from booking import sign_in
from booking.ocr_line import OcrLine
from privacy.models import AccessEntry, Alert
from tests import cast
from tests.unit.booking.views.conftest import BORN_ON

NETWORKS = [f"203.0.{third}.0" for third in range(20)]
TRIES = 600  # one every six seconds; more change nothing, each is refused before it is looked at
SPARE = 20  # tries already on their way when the municipality's budget ran out


def attempt(number, network, at, born_on=BORN_ON):
    typed = sign_in.Typed(line=OcrLine(number), born_on=born_on, network=network)
    try:
        sign_in.enter_to_book(typed, at=at)
    except sign_in.NotConfirmed:
        return "looked at"
    except sign_in.TooManyTries:
        return "refused"
    return "in"


@pytest.fixture
def honest(served):
    return [cast.resident(born_on=BORN_ON) for _ in range(25)]


class TestAnHourOfSpraying:
    def test_is_hardly_looked_at_and_shuts_nobody_out(self, honest):
        came = []
        for count in range(TRIES):
            at = cast.NOW + timedelta(seconds=6 * count)
            came.append(attempt(f"98{count:08d}", NETWORKS[count % 20], at))
            if count % 24 == 23:
                one = honest[count // 24]
                number = one.voucher_number_for_test
                assert attempt(number, f"198.51.{count // 24}.0", at) == "in", count

        limit, few = sign_in.MUNICIPALITY[0], sign_in.NETWORK_WHEN_TIGHT
        assert came.count("in") == 0
        assert came.count("looked at") <= limit + few * len(NETWORKS) + SPARE

    def test_is_told_within_a_minute_and_once(self, served):
        for count in range(260):
            attempt(f"98{count:08d}", f"203.0.{count % 200}.0", cast.NOW + timedelta(seconds=count))

        (alert,) = Alert.objects.filter(kind=Alert.Kind.GUESSING)
        since = alert.raised_at - cast.NOW
        assert timedelta(seconds=200) <= since <= timedelta(seconds=260)
        assert AccessEntry.objects.filter(succeeded=False).count() == 260

    def test_the_danger_is_real_without_the_budgets(self, honest, monkeypatch):
        monkeypatch.setattr(sign_in, "_network_is_spent", lambda *_args, **_more: False)
        came = [attempt(f"98{n:08d}", NETWORKS[n % 20], cast.NOW) for n in range(400)]

        assert came.count("looked at") == 400


class TestOneVoucher:
    def test_tried_from_everywhere_is_told_and_stays_open_for_its_owner(self, honest):
        number = honest[0].voucher_number_for_test
        for count in range(100):
            at = cast.NOW + timedelta(seconds=count)
            attempt(
                number, f"203.0.{count}.0", at, born_on=date(1950, 1, 1) + timedelta(days=count)
            )

        kinds = Alert.objects.filter(kind=Alert.Kind.GUESSING).values_list("subject", flat=True)
        assert list(kinds) == ["one_voucher"]
        assert attempt(number, "192.0.2.0", cast.NOW + timedelta(minutes=3)) == "in"
