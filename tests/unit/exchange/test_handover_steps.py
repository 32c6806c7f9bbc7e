"""Giving, delivering, returning and erasing, each with a record of its own (S-76, S-77, S-78)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from exchange import handover, handover_answers, handover_steps, media, rosters
from exchange.handover_steps import APART, Step
from exchange.models import HandoverRecord, Medium
from tests import cast
from tests.serving import desk

pytestmark = pytest.mark.usefixtures("here")
LATER = cast.NOW + APART


@pytest.fixture
def printer(here):
    """Somebody of the contractor, who takes media and delivers envelopes."""
    return cast.staff("contractor", organisation="見本印刷")


@pytest.fixture
def medium(officers):
    said = media.Given("D-001", "DVD-R", "印字データ", "金庫A", "金庫B", date(2026, 5, 1))
    return media.enter(given=said, by=officers[0], at=cast.NOW)


@pytest.fixture
def give(medium, officers, printer):
    def make(thing="data", *, rows=1000, to=printer, by=officers[0], at=None):
        when = at or (LATER if thing == "notice" else cast.NOW)
        return handover_steps.give(
            medium=medium, thing=thing, rows=rows, taken_by=to, by=by, at=when
        )

    return make


@pytest.fixture
def follow(officers, printer):
    def make(record, moment, *, by=officers[0], other=printer, at=LATER, **said):
        step = Step(moment=moment, other=other, **said)
        return handover_steps.follow(record=record, step=step, by=by, at=at)

    return make


@pytest.fixture
def roster(officers):
    """The records of a roster's file and of its notice, both by the wire."""
    day = date(2026, 6, 15)
    parcel = rosters.ask(day=day, purpose="visit_day", by=officers[0], at=cast.NOW)
    rosters.build(parcel_id=parcel.pk, at=cast.NOW)
    rosters.fetch(parcel=parcel, by=officers[1], at=cast.NOW)
    rosters.show_password(parcel=parcel, by=officers[1], at=cast.NOW)
    return list(HandoverRecord.objects.order_by("pk"))


class TestGiving:
    def test_data_and_notice_are_two_records_of_two_occasions(self, give, officers, printer):
        with pytest.raises(handover_steps.DataFirst):
            give("notice")
        data = give()
        with pytest.raises(handover_steps.SameOccasion):
            give("notice", at=LATER - timedelta(seconds=1))
        notice = give("notice", rows=77)

        assert (data.thing, data.rows, data.medium) == ("data", 1000, "DVD-R D-001")
        assert (notice.thing, notice.rows, notice.medium) == ("notice", 1, handover.NOTICE)
        assert {data.given_by, notice.given_by} == {officers[0]}
        assert {data.taken_by, notice.taken_by} == {printer}

    def test_each_is_given_once_in_the_database_too(self, give):
        record = give()
        with pytest.raises(handover_steps.GivenAlready):
            give()
        record.pk, record.number, record._state.adding = None, "K-x", True
        with pytest.raises(IntegrityError, match="given_once"), transaction.atomic():
            record.save(force_insert=True)

    def test_it_is_confirmed_by_who_took_it_and_nobody_else(self, give, officers, printer):
        record = give()

        with pytest.raises(handover_answers.OwnRecord):
            handover_answers.answer(
                record=record, agrees=True, words="", by=officers[0], at=cast.NOW
            )
        for other in (officers[1], cast.staff("contractor"), cast.staff("auditor")):
            with pytest.raises(handover_answers.Refused):
                handover_answers.answer(record=record, agrees=True, words="", by=other, at=LATER)
        said = handover_answers.answer(
            record=record, agrees=True, words="", by=printer, at=cast.NOW
        )
        assert said.answered_by == printer

    @pytest.mark.parametrize("role", ["auditor", "operator", "venue_staff", "supervisor"])
    def test_only_who_can_answer_is_the_other_side(self, give, officers, role):
        for other in (cast.staff(role), officers[0]):
            with pytest.raises(handover_steps.NotThisPerson):
                give(to=other)
        with pytest.raises(handover_steps.Refused):
            give(by=cast.staff(role))


class TestDelivery:
    def test_is_what_was_printed_less_what_was_pulled(self, give, follow):
        made = follow(give(), "delivered", rows=990, pulled=10)

        assert (made.rows, made.pulled, made.expected, made.thing) == (990, 10, 990, "envelopes")
        assert made.follows.rows == 1000

    @pytest.mark.parametrize("rows", [989, 991, 0])
    def test_a_difference_needs_words(self, give, follow, rows):
        record = give()
        with pytest.raises(handover_steps.ExplainFirst):
            follow(record, "delivered", rows=rows, pulled=10, note=" ")

        assert follow(record, "delivered", rows=rows, pulled=10, note="破損").note == "破損"

    def test_in_two_parts_the_rest_is_counted(self, give, follow):
        record = give()
        follow(record, "delivered", rows=600, pulled=10, note="一回目")
        with pytest.raises(handover_steps.ExplainFirst):
            follow(record, "delivered", rows=389, pulled=0)

        assert follow(record, "delivered", rows=390, pulled=0).expected == 390

    def test_a_corrected_delivery_counts_as_corrected(self, give, follow, officers):
        record = give()
        first = follow(record, "delivered", rows=600, pulled=0, note="一回目")
        handover.correct(record=first, rows=500, note="数え間違い", by=officers[1], at=LATER)

        assert follow(record, "delivered", rows=500, pulled=0).expected == 500

    def test_more_than_is_there_is_not_pulled(self, give, follow):
        with pytest.raises(handover_steps.TooMany):
            follow(give(), "delivered", rows=0, pulled=1001, note="x")

    def test_follows_data_for_printing_only(self, give, follow, roster, officers):
        give()
        for record in (give("notice"), roster[0]):
            with pytest.raises(handover_steps.NotPrinted):
                follow(record, "delivered", rows=1, pulled=0)

    def test_the_database_wants_the_words_too(self, give, follow):
        made = follow(give(), "delivered", rows=990, pulled=10)
        made.pk, made.number, made.rows, made._state.adding = None, "K-x", 3, True
        with pytest.raises(IntegrityError, match="difference_explained"), transaction.atomic():
            made.save(force_insert=True)


class TestEnding:
    def test_every_thing_given_comes_back_or_is_erased_once(self, give, follow, officers, printer):
        data, notice = give(), give("notice")
        assert list(handover_steps.outstanding()) == [data, notice]

        back = follow(data, "returned")
        assert (back.given_by, back.taken_by) == (printer, officers[0])
        assert list(handover_steps.outstanding()) == [notice]
        gone = follow(notice, "erased", note="細断")
        assert (gone.given_by, gone.taken_by) == (officers[0], printer)
        assert not handover_steps.outstanding().exists()
        for record in (data, notice):
            for moment in ("returned", "erased"):
                with pytest.raises(handover_steps.EndedAlready):
                    follow(record, moment)

    def test_the_medium_ends_with_its_record(self, give, follow, medium, officers):
        record = give()
        with pytest.raises(media.HasRecord):
            media.end(medium_id=medium.pk, ending="erased", words="x", by=officers[0], at=cast.NOW)
        made = follow(record, "erased", note="破砕")

        ended = Medium.objects.get()
        assert (ended.ending, ended.ended_by) == ("erased", officers[0])
        assert made.number in ended.ended_words
        with pytest.raises(handover_steps.GivenAlready):
            give("notice")

    def test_a_copy_that_went_over_the_wire_is_erased(self, roster, follow, officers):
        data, notice = roster
        with pytest.raises(handover_steps.NothingToReturn):
            follow(data, "returned", other=officers[1])
        assert follow(data, "erased", other=officers[1]).sha256 == data.sha256
        assert follow(notice, "returned", other=officers[1]).rows == 1

    def test_nothing_follows_an_end(self, give, follow):
        ended = follow(give(), "returned")
        assert handover_steps.open_moments(ended) == []
        with pytest.raises(handover_steps.NothingGiven):
            follow(ended, "erased")

    def test_a_correction_stands_for_what_it_corrects(self, give, follow, officers):
        record = give()
        made = handover.correct(
            record=record, rows=900, note="数え間違い", by=officers[1], at=LATER
        )

        assert list(handover_steps.outstanding()) == [record]
        assert follow(made, "delivered", rows=900, pulled=0).expected == 900
        assert follow(made, "returned").follows == record
        assert not handover_steps.outstanding().exists()

    def test_the_database_keeps_one_end(self, give, follow):
        made = follow(give(), "returned")
        made.pk, made.number, made._state.adding = None, "K-x", True
        with pytest.raises(IntegrityError, match="ends_once"), transaction.atomic():
            made.save(force_insert=True)

    def test_a_received_list_s_notice_waits_and_its_file_does_not(self, applied, people):
        applied(people())

        assert [one.thing for one in handover_steps.outstanding()] == ["notice"]


class TestPages:
    def url(self, name, *args):
        return reverse(f"exchange:{name}", urlconf="config.urls_staff", args=args)

    def test_one_medium_from_giving_to_the_end(self, medium, officers, printer):
        ward, firm = desk(officers[0]), desk(printer)
        door = self.url("medium_give", medium.pk)
        said = {"thing": "data", "rows": 100, "other": str(printer.pk)}
        assert ward.post(door, said | {"other": str(officers[0].pk)}).status_code == 422
        answer = ward.post(door, said)
        record = HandoverRecord.objects.get()
        sheet = self.url("handover", record.pk)
        assert answer["Location"] == sheet
        assert ward.post(door, said | {"thing": "notice"}).status_code == 422
        assert "回答する" in firm.get(sheet).content.decode()
        confirmed = firm.post(self.url("handover_answer", record.pk), {"what": "confirmed"})
        assert confirmed.status_code == 302

        door = self.url("handover_next", record.pk)
        step = {"moment": "delivered", "other": str(printer.pk), "rows": 90, "pulled": 5}
        refused = ward.post(door, step)
        assert refused.status_code == 422
        assert "違いの理由" in refused.content.decode()
        assert ward.post(door, step | {"note": "破損5"}).status_code == 302
        assert (
            "返却・消去待ちの一覧" in ward.get(self.url("handovers_outstanding")).content.decode()
        )
        assert ward.post(door, step | {"moment": "returned", "rows": ""}).status_code == 302
        assert ward.post(door, step | {"moment": "erased"}).status_code == 422
        page = ward.get(self.url("medium", medium.pk)).content.decode()
        assert page.count("見本印刷") >= 3
        assert "納品" in page
        assert "返却した" in page
        assert (
            "納品されるべき数量" in ward.get(self.url("handover", record.pk + 1)).content.decode()
        )

    def test_the_other_side_sees_the_records_that_name_it_only(self, roster, give, printer):
        record, firm = give(), desk(printer)

        listed = firm.get(self.url("handovers")).content.decode()
        assert record.number in listed
        assert roster[0].number not in listed
        assert firm.get(self.url("handover", record.pk)).status_code == 200
        hidden = roster[0].pk
        assert firm.get(self.url("handover", hidden)).status_code == 404
        assert (
            firm.post(self.url("handover_answer", hidden), {"what": "confirmed"}).status_code == 404
        )
        for door in ("media", "print_log", "handovers_outstanding"):
            assert firm.get(self.url(door)).status_code == 403
        assert firm.get(self.url("handover_next", record.pk)).status_code == 403
