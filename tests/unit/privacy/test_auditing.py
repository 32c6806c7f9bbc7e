"""The auditor's pages: everything about one resident, one account, one call; nobody is named."""

import uuid
from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone

from booking import reservations
from callcentre import calls, notes
from callcentre.models import CallParty
from notifications.models import Attempt, Message
from privacy import access_log, alerts, chain_links, lookouts, odd_use_rules, references, weeks
from privacy.alerts import Matter
from privacy.models import AccessEntry, Alert, WeekTold
from privacy.traces import Asked, Timeline
from tests import cast
from tests.cast import JST, NOW
from tests.serving import desk

K = Alert.Kind


@pytest.fixture
def auditor(served):
    return cast.staff("auditor")


@pytest.fixture
def story(served):
    """A call in which somebody is seen and books; a note and a message follow; others do things too."""
    operator, other = cast.staff("operator", display_name="試験 一郎"), cast.staff("operator")
    resident, stranger = cast.resident(name="見本　花子"), cast.resident()
    cast.everybody_may_book()
    call = calls.start(caller_number="+817099991111", by=operator, at=NOW)
    CallParty.objects.create(call=call, resident=resident, position=1, found_by="voucher", brought_in_at=NOW)  # fmt: skip
    access_log.record(what="view", resident_id=resident.pk, call_id=call.pk, why="inbound", by=operator, at=NOW + timedelta(minutes=1))  # fmt: skip
    bucket = cast.slot()[2]
    (made,) = reservations.claim(
        resident=resident, wishes=[reservations.Wish(1, bucket.pk)],
        asking=reservations.Asking(channel="phone", request_key=uuid.uuid4(), call_id=call.pk),
        by=operator, at=NOW + timedelta(minutes=2),
    )  # fmt: skip
    calls.wrap_up(call=call, by=operator, at=NOW + timedelta(minutes=3))
    notes.write(call=call, reason="book", outcome="claimed", text="娘さんが送迎", by=operator, at=NOW + timedelta(minutes=4))  # fmt: skip
    message = Message.objects.filter(reference=made.pk).first()
    if message is None:
        from tests import carrying

        message = carrying.promise(reference=made.pk, person_id=resident.pk, at=NOW)
    Message.objects.filter(pk=message.pk).update(person_id=resident.pk)
    Attempt.objects.create(message=message, number=1, carrier="sms", result="accepted", tried_at=NOW + timedelta(minutes=5))  # fmt: skip
    access_log.record(what="view", resident_id=stranger.pk, by=other, at=NOW + timedelta(minutes=6))
    return {"operator": operator, "other": other, "resident": resident, "stranger": stranger, "call": call}  # fmt: skip


def told(**asked):
    timeline = Timeline(Asked(**asked))
    return [(str(one.source), str(one.what)) for one in timeline[0:100]], timeline


class TestTimeline:
    def test_of_a_resident_joins_every_source(self, story):
        lines, timeline = told(resident_id=story["resident"].pk)

        assert {source for source, _what in lines} == {"閲覧記録", "予約履歴", "お知らせ", "通話", "応対メモ"}  # fmt: skip
        assert len(lines) == timeline.found == len(timeline)
        assert lines[0][0] == "お知らせ", "the newest first"
        assert lines[-1] == ("通話", "入電")

    def test_of_an_account_holds_what_it_did_and_no_other(self, story):
        mine, _ = told(staff_id=story["operator"].pk)
        others, _ = told(staff_id=story["other"].pk)

        assert ("予約履歴", "予約") in mine and ("応対メモ", "応対メモの記入") in mine
        assert others == [("閲覧記録", "閲覧")]

    def test_of_a_call_holds_what_happened_during_it(self, story):
        lines, _ = told(call_id=story["call"].pk)

        assert {source for source, _what in lines} == {"閲覧記録", "予約履歴", "通話", "応対メモ"}

    def test_of_a_time_begins_and_ends(self, story):
        lines, _ = told(begins=NOW + timedelta(minutes=4), ends=NOW + timedelta(minutes=6))

        assert {source for source, _what in lines} == {"応対メモ", "お知らせ"}

    def test_turns_pages_without_losing_or_doubling(self, story):
        for number in range(30):
            access_log.record(what="find", resident_id=story["resident"].pk, count=number, by=None, at=NOW)  # fmt: skip
        timeline = Timeline(Asked(resident_id=story["resident"].pk))
        whole = timeline[0:100]

        assert [one for at in range(0, 40, 7) for one in timeline[at : at + 7]] == whole[:42]

    def test_says_that_there_is_more_than_it_shows(self, story, monkeypatch):
        monkeypatch.setattr("privacy.traces.MOST", 3)
        timeline = Timeline(Asked())

        assert timeline.is_cut
        assert len(timeline) == len(timeline[0:50]) == 3


class TestReferences:
    def test_name_nobody_and_can_be_typed(self):
        resident = uuid.UUID("12345678-9abc-4def-8000-000000000001")

        assert references.short(resident) == "R-1234-5678-9ABC"
        for words in ("R-1234-5678-9ABC", "r-1234-5678-9abc", "123456789ABC", str(resident)):
            first, last = references.span(words)
            assert first <= resident <= last
        for words in ("", "R-1234", "太郎", "123456789ABCD", "x" * 36):
            assert references.span(words) is None


class TestPage:
    def test_names_staff_but_no_resident_and_no_contents(self, story, auditor):
        page = desk(auditor).get(f"/access-log/?resident_id={story['resident'].pk}").text

        assert references.short(story["resident"].pk) in page
        assert "試験 一郎" in page
        number = story["resident"].voucher_number_for_test
        for personal in ("花子", number, "99991111", "99990001", "娘さん", "見本町"):
            assert personal not in page

    def test_is_asked_by_short_reference_call_and_time(self, story, auditor):
        client = desk(auditor)

        def lines(**query):
            return client.get("/access-log/", query).text.count("<tr>") - 1

        everything = lines(resident_id=story["resident"].pk)
        assert lines(resident_id=references.short(story["resident"].pk)) == everything > 4
        assert lines(resident_id=references.short(story["stranger"].pk)) == 1
        assert 0 < lines(call_id=story["call"].pk) < everything + 1
        assert lines(day="2026/6/1", time_from="10:04", time_until="10:06") == 2
        assert lines(day="2026/6/2") <= 0

    @pytest.mark.parametrize("query", ["resident_id=R-0000-0000-0000", "call_id=x", "time_from=99", "day=2026/6/2&until_day=2026/6/1", "page=-1", "paper=1&page=x"])  # fmt: skip
    def test_a_question_that_cannot_be_read_is_no_fault(self, story, auditor, query):
        assert desk(auditor).get(f"/access-log/?{query}").status_code == 200

    def test_shows_how_the_chain_stands(self, story, auditor):
        page = desk(auditor).get("/access-log/").text
        assert "まだありません" in page
        chain_links.append(at=NOW)
        lookouts.verify(at=timezone.now())

        page = desk(auditor).get("/access-log/").text
        assert "異常なし" in page or "異常あり" in page

    def test_on_paper_holds_more_lines_and_no_form(self, story, auditor):
        for _number in range(70):
            access_log.record(what="find", by=None, at=NOW)

        page = desk(auditor).get("/access-log/?paper=1").text
        assert page.count("<tr>") > 70

    @pytest.mark.parametrize("role", ["operator", "supervisor", "venue_staff", "contractor"])
    def test_is_shut_for_others(self, served, role):
        for path in ("/access-log/", "/alerts/", "/alerts/week/", "/alerts/rules/"):
            assert desk(cast.staff(role)).get(path).status_code == 403


class TestFindingByNumber:
    def test_leads_to_the_reference_and_is_written_down(self, story, auditor):
        number = story["resident"].voucher_number_for_test

        answer = desk(auditor).post("/access-log/find/", {"number": number})

        assert answer["Location"].endswith(f"resident_id={story['resident'].pk}")
        assert number not in answer["Location"]
        entry = AccessEntry.objects.get(what="trace_find")
        assert (entry.staff_id, entry.resident_id) == (auditor.pk, story["resident"].pk)

    @pytest.mark.parametrize("number", ["9990000000", "x", "03-0000-0000"])
    def test_of_nobody_says_so_and_is_written_down(self, story, auditor, number):
        answer = desk(auditor).post("/access-log/find/", {"number": number})

        assert answer.status_code == 422
        assert AccessEntry.objects.filter(what="trace_find", succeeded=False).count() == 1


class TestRevealing:
    def asking(self, story, **changes):
        return {"resident_id": story["resident"].pk, "reason": "本人からの開示請求", **changes}

    def test_shows_name_and_voucher_once_and_is_written_down(self, story, auditor):
        answer = desk(auditor).post("/access-log/reveal/", self.asking(story))

        assert "見本　花子" in answer.text
        assert story["resident"].voucher_number_for_test in answer.text
        assert "見本町" not in answer.text
        assert answer["Cache-Control"] == "no-store"
        entry = AccessEntry.objects.get(what="reveal")
        assert (entry.staff_id, entry.why) == (auditor.pk, "本人からの開示請求")

    def test_needs_a_reason(self, story, auditor):
        answer = desk(auditor).post("/access-log/reveal/", self.asking(story, reason=""))

        assert answer.status_code == 422
        assert "花子" not in answer.text
        assert not AccessEntry.objects.filter(what="reveal").exists()

    def test_needs_a_fresh_second_factor(self, story, auditor):
        from tenancy.second_factor import PROVED_AT

        client = desk(auditor)
        session = client.session
        session[PROVED_AT] = (timezone.now() - timedelta(minutes=6)).timestamp()
        session.save()

        answer = client.post("/access-log/reveal/", self.asking(story))

        assert "花子" not in answer.text
        assert not AccessEntry.objects.filter(what="reveal").exists()

    def test_of_nobody_tells_nothing(self, story, auditor):
        answer = desk(auditor).post("/access-log/reveal/", self.asking(story, resident_id=uuid.uuid4()))  # fmt: skip

        assert answer.status_code == 422

    def test_by_another_municipality_finds_nobody(self, story, auditor, tameshi):
        """References are ours alone: the same id elsewhere means nobody."""
        from privacy import subjects
        from tenancy.current import serving

        with serving(tameshi), pytest.raises(subjects.NobodyFound):
            subjects.reveal(resident_id=story["resident"].pk, reason="x", by=auditor, at=NOW)


class TestAlertPages:
    @pytest.fixture
    def alert(self, served):
        operator = cast.staff("operator", display_name="試験 二郎")
        return alerts.raise_about(Matter(K.NO_CALL, str(operator.pk), 7, staff_id=operator.pk), at=NOW)  # fmt: skip

    @pytest.mark.parametrize("role", ["auditor", "ward_officer"])
    def test_list_and_take_an_answer(self, alert, role):
        client = desk(cast.staff(role))
        assert "試験 二郎" in client.get("/alerts/").text

        answer = client.post(f"/alerts/{alert.pk}/", {"answer": "訓練のため。管理者に確認"})

        assert answer["Location"] == "/alerts/"
        assert "試験 二郎" not in client.get("/alerts/").text
        assert "訓練のため" in client.get("/alerts/?all=1").text
        assert client.post(f"/alerts/{alert.pk}/", {"answer": "もう一度"}).status_code == 409

    def test_want_words(self, alert, auditor):
        assert desk(auditor).post(f"/alerts/{alert.pk}/", {"answer": " "}).status_code == 422

    def test_that_is_not_there_is_not_found(self, auditor):
        assert desk(auditor).get(f"/alerts/{uuid.uuid4()}/").status_code == 404

    def test_rules_are_changed_by_the_ward_with_a_reason(self, served):
        client = desk(cast.staff("ward_officer"))

        refused = client.post("/alerts/rules/", {"which": "no_call", "no_call-threshold": "9", "no_call-is_on": "on"})  # fmt: skip
        done = client.post("/alerts/rules/", {"which": "no_call", "no_call-threshold": "9", "no_call-is_on": "on", "no_call-reason": "試行"})  # fmt: skip

        assert (refused.status_code, done.status_code) == (422, 302)
        assert odd_use_rules.everything()[K.NO_CALL].threshold == 9

    def test_the_mailbox_is_set_by_the_ward(self, served):
        client = desk(cast.staff("ward_officer"))
        nowhere = {
            "which": "mailbox", "mailbox-heads_by_mail": "on", "mailbox-reason": "試験",
            "mailbox-review_permille": "10", "mailbox-review_days": "7",
        }  # fmt: skip

        assert client.post("/alerts/rules/", nowhere).status_code == 422
        client.post("/alerts/rules/", {**nowhere, "mailbox-mailbox": "hoken@ward.example"})

        assert lookouts.lookout().heads_by_mail
        assert not lookouts.lookout().summary_by_mail

    def test_rules_are_shut_for_the_auditor(self, auditor):
        assert desk(auditor).get("/alerts/rules/").status_code == 403


class TestTheWeek:
    MONDAY = datetime.combine(date(2026, 6, 8), time(8, 5), tzinfo=JST)

    @pytest.fixture
    def odd(self, story):
        operator = story["operator"]
        for number in range(6):
            access_log.record(what="view_without_call", resident_id=story["resident"].pk, by=operator, at=NOW + timedelta(minutes=number))  # fmt: skip
        return alerts.raise_about(Matter(K.NO_CALL, str(operator.pk), 6, staff_id=operator.pk), at=NOW)  # fmt: skip

    @pytest.fixture
    def mails(self, served, monkeypatch):
        sent = []
        monkeypatch.setattr("notifications.ward_mail.send", lambda *told: sent.append(told) or "")
        lookouts.change(values={"mailbox": "hoken@ward.example"}, reason="試験", by=cast.staff("ward_officer"), at=NOW)  # fmt: skip
        return sent

    def test_counts_what_was_odd(self, odd):
        week = weeks.summary(first_day=date(2026, 6, 1))

        assert (week.without_call, week.raised, week.waiting) == (6, 1, 1)
        assert weeks.summary(first_day=date(2026, 6, 8)).raised == 0

    def test_names_nobody_in_the_mail(self, odd, story, mails):
        weeks.tell_due(at=self.MONDAY)

        ((mailbox, subject, body),) = mails
        assert mailbox == "hoken@ward.example"
        assert "警告1件" in subject and "通話なしの閲覧が多い: 1" in body
        whole = subject + body
        for personal in ("試験 一郎", "花子", str(story["resident"].pk), references.short(story["resident"].pk), story["resident"].voucher_number_for_test):  # fmt: skip
            assert personal not in whole

    def test_is_told_once_from_monday_morning_on(self, odd, mails):
        assert weeks.tell_due(at=self.MONDAY - timedelta(hours=1)) is None
        assert weeks.tell_due(at=self.MONDAY).first_day == date(2026, 6, 1)
        assert weeks.tell_due(at=self.MONDAY + timedelta(hours=1)) is None
        assert len(mails) == 1

    def test_that_cannot_be_told_raises_an_alert_and_is_tried_again(self, odd, mails, monkeypatch):
        monkeypatch.setattr("notifications.ward_mail.send", lambda *_: "451")

        assert weeks.tell_due(at=self.MONDAY) is None
        assert Alert.objects.filter(kind=K.ANCHOR, subject="summary", note="451").exists()
        monkeypatch.setattr("notifications.ward_mail.send", lambda *_: "")
        assert weeks.tell_due(at=self.MONDAY + timedelta(minutes=5)) is not None
        assert WeekTold.objects.count() == 1

    def test_is_a_page_for_paper(self, odd, auditor):
        page = desk(auditor).get("/alerts/week/?first_day=2026-06-03").text

        assert "通話なしの閲覧が多い" in page
        assert "試験 一郎" not in page
        assert desk(auditor).get("/alerts/week/?first_day=x").status_code == 200
