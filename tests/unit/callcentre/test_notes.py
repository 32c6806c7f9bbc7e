"""Notes by choice first, a short text at most, which the ward may shred."""

import uuid

import pytest

from callcentre import calls, claims, notes, ward_requests
from callcentre.delicate_words import found_in
from callcentre.models import CallNote, WardRequest
from callcentre.refusals import StillLive
from privacy import access_log
from privacy.models import AccessEntry
from tests import cast
from tests.cast import NOW

NUMBER = "123456789018"  # made by the check-digit rule, belongs to nobody


@pytest.fixture
def wrapped(call, operator):
    return calls.wrap_up(call=call, by=operator, at=NOW)


def write(call, by, text=""):
    return notes.write(call=call, reason="how_to", outcome="answered", text=text, by=by, at=NOW)


class TestWrite:
    def test_keeps_choices_and_a_short_text(self, wrapped, operator):
        write(wrapped, operator, "折り返し希望は午後")

        note = CallNote.objects.get()
        assert (note.reason, note.outcome, note.text) == (
            "how_to",
            "answered",
            "折り返し希望は午後",
        )
        assert not note.is_delicate

    def test_again_replaces_it(self, wrapped, operator):
        write(wrapped, operator, "一度目")
        write(wrapped, operator, "二度目")

        assert CallNote.objects.get().text == "二度目"

    def test_marks_delicate_words_for_review(self, wrapped, operator):
        write(wrapped, operator, "持病の相談あり")

        assert CallNote.objects.get().is_delicate
        assert found_in("宗教上の理由、前科") == ["宗教", "前科"]

    def test_refuses_the_number_that_may_never_enter(self, wrapped, operator):
        with pytest.raises(notes.TextForbidden):
            write(wrapped, operator, f"番号は{NUMBER}")
        assert CallNote.objects.count() == 0

    def test_waits_for_the_wrap_up(self, call, operator):
        with pytest.raises(StillLive):
            write(call, operator)


class TestShred:
    def test_takes_the_text_and_says_who(self, wrapped, operator, served):
        note = write(wrapped, operator, "持病")
        officer = cast.staff("ward_officer")

        notes.shred(note=note, by=officer, at=NOW)
        notes.shred(note=note, by=officer, at=NOW)

        kept = CallNote.objects.get()
        assert (kept.text, kept.shredded_by, kept.reason) == (None, officer, "how_to")
        assert AccessEntry.objects.get(what="note_shredded").call_id == wrapped.pk
        assert list(notes.to_review(by=officer, at=NOW)) == []


class TestToReview:
    def test_names_every_resident_of_every_note_in_the_access_log(
        self, call, taro, operator, bring, served
    ):
        hanako = cast.resident(name="見本　花子", voucher_number="9990123457")
        for one in (taro, hanako):
            bring(call, one)
        calls.wrap_up(call=call, by=operator, at=NOW)
        write(call, operator, "二人で来場")
        other = cast.staff()
        about_nobody = calls.wrap_up(call=calls.start(by=other, at=NOW), by=other, at=NOW)
        write(about_nobody, other, "間違い電話")
        officer = cast.staff("ward_officer")

        found = notes.to_review(by=officer, at=NOW)

        looks = AccessEntry.objects.filter(what="notes_reviewed", staff_id=officer.pk)
        assert len(found) == 2
        assert {(one.resident_id, one.call_id) for one in looks} == {
            (taro.pk, call.pk),
            (hanako.pk, call.pk),
            (None, about_nobody.pk),
        }
        assert {one.what for one in access_log.about(taro.pk)} >= {"notes_reviewed"}

    def test_records_only_the_page_that_is_seen(self, wrapped, operator, monkeypatch):
        monkeypatch.setattr(notes, "ON_A_PAGE", 1)
        write(wrapped, operator, "一件目")
        other = cast.staff()
        another = calls.wrap_up(call=calls.start(by=other, at=NOW), by=other, at=NOW)
        write(another, other, "二件目")

        notes.to_review(page="2", by=cast.staff("ward_officer"), at=NOW)

        assert AccessEntry.objects.filter(what="notes_reviewed").count() == 1


class TestSuggested:
    def test_speaks_from_what_was_done(self, call, taro, bring, operator):
        cast.everybody_may_book()
        slot, *_ = cast.slot()
        calls.read_notice(call=call, by=operator)
        party = bring(call, taro)
        assert notes.suggested(call) == ("", "")

        claims.claim_for(
            party=party, wishes={1: slot.pk}, request_key=uuid.uuid4(), by=operator, at=NOW
        )

        assert notes.suggested(call) == ("book", "claimed")
        (done,) = notes.done_in(call)
        assert (done.position, done.event.what) == (1, "claimed")

    def test_speaks_of_a_request_to_the_ward(self, call, operator):
        ward_requests.ask(call=call, question="not_on_list", by=operator, at=NOW)

        assert notes.suggested(call) == ("voucher", "ward")


class TestWardRequests:
    def test_are_sealed_and_go_when_they_are_answered(self, call, operator, served):
        asked = ward_requests.ask(
            call=call, question="not_on_list", voucher_number="９９９０１２３４５６",
            phone="+819099990001", text="転入したばかり", by=operator, at=NOW,
        )  # fmt: skip
        officer = cast.staff("ward_officer")
        assert ward_requests.waiting(by=officer, at=NOW) == [asked]
        assert AccessEntry.objects.get(what="ward_requests_seen").call_id == call.pk
        assert WardRequest.objects.get().voucher_number == "9990123456"

        ward_requests.close(request_id=asked.pk, answer="enrolled", by=officer, at=NOW)

        kept = WardRequest.objects.get()
        assert (kept.voucher_number, kept.phone, kept.text) == (None, None, None)
        assert kept.closed_by == officer
        with pytest.raises(ward_requests.AlreadyClosed):
            ward_requests.close(request_id=asked.pk, answer="told", by=officer, at=NOW)
        assert ward_requests.lately_closed() == [kept]

    def test_refuse_the_number_that_may_never_enter(self, call, operator):
        with pytest.raises(notes.TextForbidden):
            ward_requests.ask(call=call, question="other", text=NUMBER, by=operator, at=NOW)
