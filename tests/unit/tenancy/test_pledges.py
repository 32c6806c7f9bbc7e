"""Nobody works who has not accepted the pledge and the notice; other words ask anew (S-133)."""

import pytest
from django.db import ProgrammingError
from django.utils import timezone

from tenancy import pledges, sessions, standings
from tenancy.current import municipality_atomic
from tenancy.models import Pledge
from tests import cast
from tests.house.doors import addresses
from tests.serving import desk


@pytest.fixture
def newcomer(served):
    return cast.staff("ward_officer", has_pledged=False)


@pytest.fixture
def officer(served):
    return cast.staff("ward_officer")


def accepted(version=1, **more):
    return {"version": version, "pledge": "on", "notice": "on", **more}


class TestTheGate:
    def test_every_door_leads_to_the_pledge_first(self, newcomer):
        client = desk(newcomer)
        doors = [door for door in addresses("staff") if door.policy.audience == "staff"]
        for door in doors:
            for method in ("get", "post"):
                answer = getattr(client, method)(door.path)
                assert answer.status_code == 302, (str(door), method)
                assert answer["Location"].startswith("/pledge/?next="), (str(door), method)

    def test_no_socket_opens_before(self, newcomer):
        client = desk(newcomer)

        assert sessions.find(client.session.session_key, at=timezone.now()) is None

    def test_accepting_leads_on_and_is_kept_with_its_words(self, newcomer):
        client = desk(newcomer)
        page = client.get("/pledge/?next=/settings/")
        done = client.post("/pledge/", accepted(next="/settings/"))

        kept = Pledge.objects.get(staff=newcomer)
        assert str(pledges.PLEDGE).split("\n")[0] in page.text
        assert done["Location"] == "/settings/"
        assert client.get("/settings/").status_code == 200
        assert (kept.version, str(pledges.NOTICE) in kept.words) == (1, True)

    @pytest.mark.parametrize("left_out", ["pledge", "notice"])
    def test_both_boxes_are_needed(self, newcomer, left_out):
        client = desk(newcomer)
        told = accepted()
        del told[left_out]

        assert client.post("/pledge/", told).status_code == 422
        assert client.get("/").status_code == 302
        assert not Pledge.objects.filter(staff=newcomer).exists()

    def test_never_leads_to_another_site(self, newcomer):
        for elsewhere in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
            assert desk(newcomer).post("/pledge/", accepted(next=elsewhere))["Location"] == "/"

    def test_comes_after_password_and_second_factor(self, served):
        half = desk(None)
        half.force_login(cast.staff("operator"))
        fresh = desk(cast.staff("operator", one_time_password_at=cast.now()))

        assert half.post("/pledge/", accepted())["Location"] == "/account/second-factor/"
        assert fresh.post("/pledge/", accepted())["Location"] == "/account/password/"
        assert desk(None).get("/pledge/")["Location"].startswith("/sign-in/")


class TestVersions:
    def write(self, officer, **values):
        standings.change(values=values, reason="改定", by=officer, at=timezone.now())

    def test_other_words_ask_everybody_anew(self, officer):
        client = desk(officer)
        assert client.get("/").status_code == 200
        self.write(officer, pledge="新しい誓約です。")

        asked = client.get("/")
        assert asked["Location"].startswith("/pledge/")
        assert "新しい誓約です。" in client.get("/pledge/").text
        client.post("/pledge/", accepted(2))
        assert client.get("/").status_code == 200
        assert list(Pledge.objects.filter(staff=officer).values_list("version", flat=True)) == [1, 2]  # fmt: skip

    def test_the_notice_is_part_of_it_and_other_settings_are_not(self, officer):
        self.write(officer, handling_notice="席を離れるときは鍵をかけます。")
        self.write(officer, programme="別の事業")

        assert pledges.shown().version == 2

    def test_an_older_version_cannot_be_accepted(self, officer):
        client = desk(officer)
        self.write(officer, pledge="新しい誓約です。")
        answer = client.post("/pledge/", accepted(1))

        assert answer.status_code == 409
        assert "文面が変わりました" in answer.text
        assert client.get("/").status_code == 302

    def test_twice_is_once(self, officer):
        for _time in range(2):
            pledges.accept(version=1, by=officer, at=timezone.now())

        assert Pledge.objects.filter(staff=officer).count() == 1

    def test_the_settings_page_writes_them_and_shows_the_version(self, officer):
        from tests.unit.tenancy.test_pages import TestSettings

        client = desk(officer)
        client.post("/settings/", TestSettings().given(pledge="頁から書いた誓約です。"))

        assert pledges.shown().version == 2
        assert "頁から書いた誓約です。" in client.get("/pledge/").text


def test_what_was_accepted_is_never_changed(officer):
    with pytest.raises(ProgrammingError), municipality_atomic():
        Pledge.objects.filter(staff=officer).update(words="x")


def test_the_register_shows_who_accepted_what(officer):
    keeper = desk(cast.staff("contractor"))

    assert "第1版" in keeper.get(f"/handlers/{officer.handler.pk}/").text
