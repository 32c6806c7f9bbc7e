"""The sender's page: hours, caps, accounts; who changed what and why."""

from datetime import time

import pytest

from notifications import senders
from notifications.models import Sender
from tenancy.history import changes_of
from tests import cast
from tests.carrying import SID, TOKEN, set_up_sender
from tests.serving import desk

PAGE = "/sender/"


@pytest.fixture
def officer(served):
    set_up_sender()
    return cast.staff("ward_officer", display_name="区 花子")


def given(**changes):
    row = senders.sender()
    names = (
        "quiet_from", "quiet_until", "remind_from", "remind_told_hours", "remind_morning_minutes",
        "remind_late", "receipt_hours", "sms_per_second", "sms_daily_cap",
        "sms_daily_cap_per_number", "sms_name", "mail_address", "sms_account",
    )  # fmt: skip
    told = {name: str(getattr(row, name)) for name in names}
    return told | {"reason": "夜間の苦情のため", "based_on": senders.version(row)} | changes


class TestThePage:
    def test_shows_the_settings_and_never_the_token(self, officer):
        page = desk(officer).get(PAGE).content.decode()

        assert 'value="20:00"' in page
        assert SID in page
        assert "http://hooks.mihon.localhost/receipts/sms/" in page
        assert "トークンは保存されています。" in page
        assert TOKEN not in page

    @pytest.mark.parametrize("role", ["ward_officer", "contractor"])
    def test_changes_with_who_what_and_why(self, officer, role):
        by = cast.staff(role)

        answer = desk(by).post(PAGE, given(quiet_from="19:00", sms_daily_cap="5000"))

        row = senders.sender()
        assert answer.status_code == 302
        assert (row.quiet_from, row.sms_daily_cap) == (time(19, 0), 5000)
        newest = changes_of(row)[0]
        assert (newest.done_by, newest.reason) == (by.display_name, "夜間の苦情のため")
        assert {(one.before, one.after) for one in newest.differences} >= {
            ("20:00", "19:00"),
            ("100000", "5000"),
        }
        assert "夜間の苦情のため" in desk(by).get(PAGE).content.decode()

    def test_keeps_the_token_unless_another_is_typed(self, officer):
        client = desk(officer)

        client.post(PAGE, given(sms_name="Mihon2"))
        assert senders.sender().sms_token == TOKEN
        client.post(PAGE, given(token="another-token"))
        assert senders.sender().sms_token == "another-token"
        assert not hasattr(Sender.history.first(), "sms_token")

    def test_wants_the_token_of_another_account(self, officer):
        other = "AC" + "2" * 32

        answer = desk(officer).post(PAGE, given(sms_account=other))

        assert answer.status_code == 409
        assert "トークンも入力してください" in answer.content.decode()
        assert senders.sender().sms_account == SID

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("sms_per_second", "0"),
            ("sms_daily_cap", "0"),
            ("sms_daily_cap_per_number", "101"),
            ("receipt_hours", "0"),
            ("remind_told_hours", "25"),
            ("sms_account", "SK123"),
            ("sms_name", "見本市"),
            ("sms_name", "Mihon\r\nBcc: x"),
            ("sms_name", "A Very Long Name"),
            ("mail_address", "waku@mihon.example\r\nBcc: x@y.example"),
            ("mail_address", "a@mihon.example, b@mihon.example"),
            ("quiet_from", "25:00"),
            ("remind_late", "perhaps"),
            ("reason", ""),
            ("reason", "番号123456789018"),
            ("token", "短い"),
        ],
    )
    def test_refuses_what_cannot_be(self, officer, name, value):
        before = senders.version(senders.sender())

        answer = desk(officer).post(PAGE, given(**{name: value}))

        assert answer.status_code == 422
        assert senders.version(senders.sender()) == before

    def test_refuses_an_hour_after_which_nothing_leaves_on_the_eve(self, officer):
        answer = desk(officer).post(PAGE, given(remind_from="21:00"))

        assert answer.status_code == 409
        assert "前日に送れません" in answer.content.decode()
        assert senders.sender().remind_from == time(10, 0)

    def test_refuses_who_was_not_the_first(self, officer):
        told = given(quiet_from="19:00")
        desk(officer).post(PAGE, given(quiet_from="21:00", remind_from="11:00"))

        answer = desk(officer).post(PAGE, told)

        assert answer.status_code == 409
        assert "ほかの職員が先に" in answer.content.decode()
        assert senders.sender().quiet_from == time(21, 0)

    def test_pressed_without_a_change_writes_nothing(self, officer):
        before = senders.version(senders.sender())

        desk(officer).post(PAGE, given())

        assert senders.version(senders.sender()) == before

    @pytest.mark.parametrize("role", ["operator", "supervisor", "venue_staff", "auditor"])
    def test_is_closed_to_others(self, served, role):
        client = desk(cast.staff(role))

        assert client.get(PAGE).status_code == 403
        assert client.post(PAGE, {}).status_code == 403

    def test_counts_what_became_of_today_s_reminders(self, officer):
        from tests.carrying import promise

        for state in ("not_owed", "not_owed", "delivered"):
            promise(kind="reminder", at=cast.now(), state=state)

        page = desk(officer).get(PAGE).content.decode()

        assert "送信不要" in page
        assert senders.reminders_of(cast.now().astimezone(cast.JST).date()) == {
            "not_owed": 2,
            "delivered": 1,
        }


def test_a_look_before_anything_was_set_writes_nothing(served):
    page = desk(cast.staff("ward_officer")).get(PAGE).content.decode()

    assert 'value="20:00"' in page
    assert not Sender.objects.exists()


def test_the_command_writes_its_name_into_the_history(served):
    set_up_sender()

    assert "bin/manage sender" in {one.reason for one in changes_of(senders.sender())}
