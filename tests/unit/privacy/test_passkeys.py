"""Passkeys: bound to this very host and owner, asked for with the owner beside them (T49)."""

import html
import json
import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.utils import timezone

from privacy import passkeys, second_factor
from privacy.models import AccessEntry
from tests import cast
from tests.serving import TOTP_SECRET, desk, with_second_factor
from tests.soft_passkey import SoftPasskey

PASSWORD = "a-long-dummy-password"
PLACE = passkeys.Place(host="staff.mihon.localhost", origin="http://staff.mihon.localhost")


@pytest.fixture
def staff(served):
    return with_second_factor(cast.staff("operator"))


@pytest.fixture
def soft():
    return SoftPasskey()


def keep(staff, soft, name="机のパソコン"):
    options, state = passkeys.begin(staff=staff, place=PLACE)
    return passkeys.keep(
        staff=staff, name=name, state=state, answer=soft.make(options), place=PLACE, at=cast.NOW
    )


def prove(staff, soft, place=PLACE):
    options, state = passkeys.ask(staff=staff, place=PLACE)
    return passkeys.prove(staff=staff, state=state, answer=soft.use(options), place=place)


def options_of(page):
    return json.loads(html.unescape(re.search(r'data-options="([^"]*)"', page.text)[1]))


class TestMaking:
    def test_keeps_a_name_and_nothing_that_can_be_read(self, staff, soft):
        row = keep(staff, soft)

        assert passkeys.name_of(row) == "机のパソコン"
        assert set(row.data) == {"name", "credential", "counter"}
        assert "a-soft-passkey" not in str(row.data)

    def test_asks_for_the_owner_and_for_this_host(self, staff):
        options, _state = passkeys.begin(staff=staff, place=PLACE)

        asked = options["publicKey"]
        assert asked["rp"]["id"] == "staff.mihon.localhost"
        assert asked["authenticatorSelection"]["userVerification"] == "required"

    @pytest.mark.parametrize(
        "wrong",
        [
            {"origin": "http://mihon.localhost"},
            {"origin": "http://evil.staff.mihon.localhost"},
            {"origin": "https://staff.mihon.localhost"},
            {"origin": "http://staff.mihon.localhost:1"},
            {"host": "mihon.localhost"},
            {"host": "staff.tameshi.localhost"},
            {"is_verified": False},
        ],
    )
    def test_refuses_what_was_not_made_here_by_its_owner(self, staff, wrong):
        with pytest.raises(passkeys.PasskeyRefused):
            keep(staff, SoftPasskey(**wrong))

    @pytest.mark.parametrize("answer", ["", "{}", "[]", "null", "x", '{"response": 1}', "9" * 5000])
    def test_refuses_what_is_no_answer(self, staff, answer):
        _options, state = passkeys.begin(staff=staff, place=PLACE)
        with pytest.raises(passkeys.PasskeyRefused):
            passkeys.keep(staff=staff, name="x", state=state, answer=answer, place=PLACE, at=cast.NOW)  # fmt: skip

    def test_refuses_an_answer_to_another_question(self, staff, soft):
        options, _state = passkeys.begin(staff=staff, place=PLACE)
        _other, state = passkeys.begin(staff=staff, place=PLACE)
        for held in (state, {}):
            with pytest.raises(passkeys.PasskeyRefused):
                passkeys.keep(staff=staff, name="x", state=held, answer=soft.make(options), place=PLACE, at=cast.NOW)  # fmt: skip

    def test_an_account_has_few(self, staff):
        for number in range(passkeys.MOST):
            keep(staff, SoftPasskey(credential_id=b"%016d" % number))
        with pytest.raises(passkeys.TooManyPasskeys):
            keep(staff, SoftPasskey(credential_id=b"one too many!!!!"))


class TestProving:
    def test_takes_a_right_answer(self, staff, soft):
        row = keep(staff, soft)

        assert prove(staff, soft) == row

    @pytest.mark.parametrize(
        "wrong",
        [
            {"origin": "http://mihon.localhost"},
            {"origin": "http://evil.staff.mihon.localhost"},
            {"host": "mihon.localhost"},
            {"is_verified": False},
            {"credential_id": b"somebody else's!"},
        ],
    )
    def test_refuses_every_other(self, staff, soft, wrong):
        keep(staff, soft)
        for name, value in wrong.items():
            setattr(soft, name, value)
        with pytest.raises(passkeys.PasskeyRefused):
            prove(staff, soft)

    def test_refuses_another_key_of_the_same_name(self, staff, soft):
        keep(staff, soft)
        with pytest.raises(passkeys.PasskeyRefused):
            prove(staff, SoftPasskey())

    def test_an_answer_counts_for_its_question_only(self, staff, soft):
        keep(staff, soft)
        options, _state = passkeys.ask(staff=staff, place=PLACE)
        _other, state = passkeys.ask(staff=staff, place=PLACE)
        for held in (state, {}):
            with pytest.raises(passkeys.PasskeyRefused):
                passkeys.prove(staff=staff, state=held, answer=soft.use(options), place=PLACE)

    def test_a_counter_that_stands_still_is_a_copy(self, staff, soft):
        soft.counter = 7
        keep(staff, soft)
        with pytest.raises(passkeys.PasskeyRefused):
            prove(staff, soft)
        soft.counter = 8
        assert prove(staff, soft)
        with pytest.raises(passkeys.PasskeyRefused):
            prove(staff, soft)

    def test_a_row_moved_to_another_account_opens_nothing(self, staff, soft):
        row = keep(staff, soft)
        other = with_second_factor(cast.staff("contractor"))
        Authenticator.objects.filter(pk=row.pk).update(user=other)

        with pytest.raises(passkeys.PasskeyRefused):
            prove(other, soft)
        assert self.count_offered(other) == 0

    def count_offered(self, staff):
        options, _state = passkeys.ask(staff=staff, place=PLACE)
        return len(options["publicKey"].get("allowCredentials") or [])


class TestForgetting:
    def test_the_last_factor_stays(self, staff, soft):
        row = keep(staff, soft)
        Authenticator.objects.filter(user=staff, type="totp").delete()

        with pytest.raises(passkeys.LastFactor):
            passkeys.forget(row=row)
        assert prove(staff, soft) == row

    def test_a_new_app_keeps_the_passkeys_and_a_reset_does_not(self, staff, soft):
        from tenancy.second_factor import forget

        keep(staff, soft)
        second_factor.keep(staff=staff, secret=TOTP_SECRET, at=cast.NOW)
        assert passkeys.of(staff)

        forget(staff)
        assert passkeys.of(staff) == []


class TestDoors:
    def make(self, client, soft, name="机のパソコン"):
        answer = soft.make(options_of(client.get("/account/passkeys/new/")))
        return client.post("/account/passkeys/new/", {"name": name, "answer": answer})

    def half(self, staff):
        """A client that has proved the password."""
        client = desk(None)
        client.post("/sign-in/", {"login": staff.login_name, "password": PASSWORD})
        return client

    def test_one_is_made_named_anew_and_put_away(self, staff, soft):
        client, there = desk(staff), desk(staff)
        made = self.make(client, soft)
        (row,) = passkeys.of(staff)
        client.post(f"/account/passkeys/{row.pk}/name/", {"name": "青いUSBキー"})
        shown = client.get("/account/passkeys/").text
        gone = client.post(f"/account/passkeys/{row.pk}/forget/")

        assert (made.status_code, gone.status_code) == (302, 302)
        assert "青いUSBキー" in shown
        assert passkeys.of(staff) == []
        assert client.get("/").status_code == 200
        assert there.get("/").status_code == 302
        acts = AccessEntry.objects.filter(staff_id=staff.pk).values_list("what", flat=True)
        assert {"passkey_made", "passkey_forgotten"} <= set(acts)

    def test_making_and_putting_away_want_a_fresh_factor(self, staff, soft):
        client = desk(staff)
        self.make(client, soft)
        (row,) = passkeys.of(staff)
        with time_machine.travel(timezone.now() + timedelta(minutes=6), tick=False):
            asked = client.get("/account/passkeys/new/")
            refused = client.post(f"/account/passkeys/{row.pk}/forget/")

        assert asked["Location"] == "/step-up/?next=%2Faccount%2Fpasskeys%2Fnew%2F"
        assert refused.status_code == 403
        assert passkeys.of(staff) == [row]

    def test_nobody_touches_another_s(self, staff, soft):
        (row,) = [keep(staff, soft)]
        other = desk(cast.staff("contractor"))

        assert other.post(f"/account/passkeys/{row.pk}/name/", {"name": "x"}).status_code == 404
        assert other.post(f"/account/passkeys/{row.pk}/forget/").status_code == 404
        assert passkeys.of(staff) == [row]

    def test_a_name_holds_no_forbidden_number(self, staff, soft):
        assert self.make(desk(staff), soft, name="123456789018").status_code == 422

    def test_the_made_answer_counts_once(self, staff, soft):
        client = desk(staff)
        answer = soft.make(options_of(client.get("/account/passkeys/new/")))
        client.post("/account/passkeys/new/", {"name": "a", "answer": answer})

        assert client.post("/account/passkeys/new/", {"name": "b", "answer": answer}).status_code == 422  # fmt: skip
        assert len(passkeys.of(staff)) == 1

    def test_signs_in_after_the_password(self, staff, soft):
        keep(staff, soft)
        client = self.half(staff)
        answer = soft.use(options_of(client.get("/sign-in/code/")))
        entered = client.post("/sign-in/passkey/", {"answer": answer})

        assert (entered.status_code, entered["Location"]) == (302, "/")
        assert client.get("/").status_code == 200

    def test_opens_nothing_without_the_password(self, staff, soft):
        keep(staff, soft)
        first = self.half(staff)
        answer = soft.use(options_of(first.get("/sign-in/code/")))
        stranger = desk(None)

        assert stranger.post("/sign-in/passkey/", {"answer": answer})["Location"] == "/sign-in/"
        assert stranger.get("/").status_code == 302

    def test_another_person_s_passkey_signs_nobody_in(self, staff, soft):
        keep(staff, soft)
        other = with_second_factor(cast.staff("contractor"))
        mine = SoftPasskey(credential_id=b"of the contractr")
        keep(other, mine)
        client = self.half(staff)
        answer = mine.use(options_of(client.get("/sign-in/code/")))

        assert client.post("/sign-in/passkey/", {"answer": answer})["Location"] == "/sign-in/code/"
        assert client.get("/").status_code == 302

    def test_steps_up_and_sends_what_waits(self, staff, soft):
        keep(staff, soft)
        client = desk(staff)
        with time_machine.travel(timezone.now() + timedelta(minutes=6), tick=False):
            page = client.get("/step-up/?next=/account/passkeys/new/")
            answer = soft.use(options_of(page))
            wrong = client.post("/step-up/passkey/", {"answer": "{}", "next": "/"})
            old = client.post("/step-up/passkey/", {"answer": answer})
            page = client.get("/step-up/?next=/account/passkeys/new/")
            answer = soft.use(options_of(page))
            done = client.post("/step-up/passkey/", {"answer": answer, "next": "/account/passkeys/new/"})  # fmt: skip

            assert (wrong.status_code, old.status_code) == (422, 422)
            assert done["Location"] == "/account/passkeys/new/"
            assert client.get("/account/passkeys/new/").status_code == 200

    def test_an_account_without_one_is_not_offered_it(self, staff):
        assert "data-passkey" not in self.half(staff).get("/sign-in/code/").text

    def test_wrong_answers_are_budgeted_with_codes(self, staff, soft):
        keep(staff, soft)
        client = self.half(staff)
        for _try in range(5):
            client.get("/sign-in/code/")
            client.post("/sign-in/passkey/", {"answer": "{}"})
        answer = soft.use(options_of(client.get("/sign-in/code/")))
        client.post("/sign-in/passkey/", {"answer": answer})

        assert client.get("/").status_code == 302
