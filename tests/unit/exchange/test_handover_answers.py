"""Data and notice have a record each; the other side confirms each one or objects, once (S-73, S-91)."""

from datetime import date, timedelta

import psycopg
import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from exchange import handover, handover_answers, rosters
from exchange.models import HandoverAnswer, HandoverRecord
from tests import cast
from tests.serving import desk

pytestmark = pytest.mark.usefixtures("here")


@pytest.fixture
def records(officers):
    """The records of a roster's file and of its notice."""
    day = date(2026, 6, 15)
    parcel = rosters.ask(day=day, purpose="visit_day", by=officers[0], at=cast.NOW)
    rosters.build(parcel_id=parcel.pk, at=cast.NOW)
    rosters.fetch(parcel=parcel, by=officers[1], at=cast.NOW)
    later = cast.NOW + timedelta(hours=1)
    rosters.show_password(parcel=parcel, by=officers[1], at=later)
    return list(HandoverRecord.objects.order_by("pk"))


def say(record, *, by, agrees=True, words=""):
    return handover_answers.answer(
        record=record, agrees=agrees, words=words, by=by, at=cast.NOW + timedelta(hours=2)
    )


class TestTwoRecords:
    def test_the_notice_is_recorded_apart_at_its_own_time(self, records, officers):
        data, notice = records

        assert [one.thing for one in records] == ["data", "notice"]
        assert notice.happened_at - data.happened_at == timedelta(hours=1)
        assert (notice.rows, notice.medium) == (1, handover.NOTICE)
        assert notice.sha256 == data.sha256
        assert (notice.given_by, notice.taken_by) == (officers[0], officers[1])

    def test_a_correction_is_about_the_same_thing(self, records, officers):
        made = handover.correct(record=records[1], rows=2, note="二枚", by=officers[2], at=cast.NOW)

        assert (made.thing, made.corrects) == ("notice", records[1])

    @pytest.mark.parametrize("model", [HandoverRecord, HandoverAnswer])
    def test_the_database_changes_and_removes_nothing(self, records, officers, model):
        say(records[0], by=officers[0])
        (row, *_) = model.objects.all()

        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            model.objects.filter(pk=row.pk).update(id=row.pk)
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            model.objects.filter(pk=row.pk)._raw_delete("default")

    @pytest.mark.parametrize(
        "table",
        ["handoverrecord", "handoveranswer", "parcelevent", "printlogentry", "nextstep"],
    )
    def test_not_even_the_owner_changes_or_removes_a_fact(self, stage, table):
        """The superuser of the cluster, with every right: the trigger refuses (no row is needed)."""
        table = f"{stage.mihon.schema}.exchange_{table}"
        with psycopg.connect(stage.superuser_url, autocommit=True) as owner:
            for change in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
                with pytest.raises(psycopg.Error, match="holds facts"):
                    owner.execute(change)
            owner.execute("BEGIN")
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            owner.execute(f"DELETE FROM {table}")  # without the guard it would go through
            owner.execute("ROLLBACK")


class TestAnswer:
    def test_is_given_by_the_other_side_once(self, records, officers):
        assert say(records[0], by=officers[0]).what == "confirmed"
        with pytest.raises(handover_answers.AlreadyAnswered):
            say(records[0], by=officers[2])
        assert HandoverAnswer.objects.count() == 1

    def test_is_not_given_by_who_took_it(self, records, officers):
        with pytest.raises(handover_answers.OwnRecord):
            say(records[0], by=officers[1])

    @pytest.mark.parametrize("role", ["auditor", "operator", "contractor", "venue_staff"])
    def test_is_not_given_by_other_roles(self, records, role):
        with pytest.raises(handover_answers.Refused):
            say(records[0], by=cast.staff(role))

    def test_an_objection_has_words(self, records, officers):
        with pytest.raises(handover_answers.NoWords):
            say(records[0], by=officers[0], agrees=False, words=" ")
        made = say(records[0], by=officers[0], agrees=False, words="件数が違う")
        assert (made.what, made.words) == ("objected", "件数が違う")

    def test_is_awaited_for_a_week(self, records, officers):
        late = records[0].happened_at + handover_answers.AWAITED_FOR + timedelta(seconds=1)

        assert handover_answers.is_overdue(records[0], at=late)
        assert not handover_answers.is_overdue(records[0], at=late - timedelta(seconds=2))
        say(records[0], by=officers[0])
        assert not handover_answers.is_overdue(handover.find(record_id=records[0].pk), at=late)


class TestPages:
    def url(self, name, *args):
        return reverse(f"exchange:{name}", urlconf="config.urls_staff", args=args)

    def test_the_other_side_answers_on_the_sheet(self, records, officers):
        other, taker = desk(officers[0]), desk(officers[1])
        sheet = self.url("handover", records[1].pk)
        assert "1枚" in other.get(sheet).content.decode()
        assert "回答する" not in taker.get(sheet).content.decode()
        door = self.url("handover_answer", records[1].pk)

        assert taker.post(door, {"what": "confirmed"}).status_code == 409
        assert other.post(door, {"what": "objected"}).status_code == 409
        assert other.post(door, {"what": "maybe"}).status_code == 422
        assert other.post(door, {"what": "objected", "words": "二枚だった"}).status_code == 302
        assert "二枚だった" in taker.get(sheet).content.decode()
        listed = taker.get(self.url("handovers")).content.decode()
        assert "異議がある" in listed
        assert "未確認" in listed
