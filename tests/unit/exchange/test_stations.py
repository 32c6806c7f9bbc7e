"""Files of people come in and go out at registered stations only (S-80, T07)."""

from datetime import date

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from exchange import rosters, spool, stations
from exchange.models import HandoverRecord, Parcel, ParcelEvent, Station
from exchange.views._doors import STATION_COOKIE
from tests import cast
from tests.serving import desk

pytestmark = pytest.mark.usefixtures("here")


def url(name, *args):
    return reverse(f"exchange:{name}", urlconf="config.urls_staff", args=args)


@pytest.fixture
def desks(officers):
    return [desk(officer) for officer in officers]


@pytest.fixture
def roster(officers):
    day = date(2026, 6, 15)
    parcel = rosters.ask(day=day, purpose="visit_day", by=officers[0], at=cast.now())
    rosters.build(parcel_id=parcel.pk, at=cast.now())
    return parcel


def register(client, name="名簿用1号"):
    assert client.post(url("stations"), {"name": name, "place": "3階"}).status_code == 302
    return client.cookies[STATION_COOKIE]


class TestRoster:
    def test_leaves_at_a_station_which_its_history_names(self, desks, roster):
        register(desks[1])
        answer = desks[1].post(url("fetch", roster.pk))

        assert answer["Content-Type"] == "application/zip"
        assert ParcelEvent.objects.get(what="fetched").words == "名簿用1号"

    def test_leaves_anywhere_before_the_first_station(self, desks, roster):
        """The twin: without a station nothing is refused."""
        assert desks[1].post(url("fetch", roster.pk)).status_code == 200

    @pytest.mark.parametrize("cookie", ["", "x", "forged", "unsigned", "elsewhere", "other_salt"])
    def test_does_not_leave_elsewhere(self, desks, roster, cookie):
        good = register(desks[0]).value
        pk = str(Station.objects.get().pk)
        desks[1].cookies[STATION_COOKIE] = {
            "forged": good[:-2] + ("aa" if good[-2:] != "aa" else "bb"),
            "unsigned": pk,
            "elsewhere": signing.dumps(["131041", pk], salt="exchange.station"),
            "other_salt": signing.dumps(["999997", pk], salt="other"),
        }.get(cookie, cookie)
        answer = desks[1].post(url("fetch", roster.pk))

        assert answer.status_code == 403
        assert "登録した端末でだけ" in answer.content.decode()
        roster.refresh_from_db()
        assert (roster.state, roster.fetches) == ("sealed", 0)
        assert not HandoverRecord.objects.exists()

    def test_does_not_leave_at_a_station_struck_off_though_it_was_the_last(self, desks, roster):
        register(desks[1])
        station = Station.objects.get()
        desks[0].post(url("station_strike_off", station.pk))

        assert desks[1].post(url("fetch", roster.pk)).status_code == 403
        assert "外した" in desks[0].get(url("stations")).content.decode()

    def test_an_old_cookie_is_over(self, desks, roster, monkeypatch):
        register(desks[1])
        monkeypatch.setattr(stations, "LIVES_SECONDS", -1)

        assert desks[1].post(url("fetch", roster.pk)).status_code == 403


def test_a_list_is_not_read_elsewhere(desks, container, people):
    register(desks[0])
    said = {
        "base_date": "2026/5/1",
        "rows": 5,
        "load": "full",
        "encoding": "utf-8",
        "is_dummy": "on",
    }
    for client, status in ((desks[1], 403), (desks[0], 302)):
        sealed = SimpleUploadedFile("x.zip", container(people(5)))
        assert client.post(url("hand_in"), said | {"file": sealed}).status_code == status
        assert len(spool.names()) == Parcel.objects.count() == (status == 302)
    assert ParcelEvent.objects.get(what="handed_in").words == "名簿用1号"


@pytest.mark.parametrize("role", ["operator", "supervisor", "auditor", "contractor", "venue_staff"])
def test_other_roles_register_none(here, role):
    with pytest.raises(stations.NotPermitted):
        stations.register(name="x", place="y", by=cast.staff(role), at=cast.NOW)


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(desks):
    cookie = register(desks[0])

    assert cookie["httponly"]
    assert cookie["secure"]
    assert cookie["samesite"] == "Strict"
    assert cookie["path"] == "/"
    assert not cookie["domain"]


def test_a_stranger_s_station_is_not_found(desks, officers, live_municipalities):
    from tenancy.current import serving

    _, cookie = stations.register(name="x", place="y", by=officers[0], at=cast.NOW)
    assert stations.find_by_cookie(cookie) is not None
    with serving(live_municipalities.tameshi):
        assert stations.find_by_cookie(cookie) is None
