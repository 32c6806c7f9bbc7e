"""A few looks of each day, drawn by lot, are explained by somebody else (T06)."""

import uuid
from datetime import datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction

from privacy import access_log, lookouts, reviews, tasks
from privacy.models import AccessEntry, Alert, LookDraw, LookReview
from tenancy.current import current
from tests import cast
from tests.cast import JST, NOW
from tests.serving import desk

DAY = NOW.date()
MORNING = datetime.combine(DAY + timedelta(days=1), time(9), tzinfo=JST)


@pytest.fixture
def operator(served):
    return cast.staff("operator")


@pytest.fixture
def auditor(served):
    return cast.staff("auditor")


def look(by, *, day=DAY, what="view", **more):
    at = datetime.combine(day, time(10), tzinfo=JST)
    more = {"call_id": uuid.uuid4(), **more}
    return access_log.record(what=what, resident_id=uuid.uuid4(), by=by, at=at, **more)


def looks(by, count):
    return [look(by).pk for _ in range(count)]


@pytest.fixture
def drawn(operator):
    look(operator, what="view_without_call", why="ward: 区からの照会", call_id=None)
    reviews.draw_due(at=MORNING)
    return LookReview.objects.get()


class TestTheLot:
    def test_draws_one_in_a_hundred_of_yesterday_and_at_least_one(self, operator):
        looks(operator, 201)
        look(operator, day=DAY + timedelta(days=1))
        look(operator, day=DAY - timedelta(days=1))
        reviews.draw_due(at=MORNING)

        counts = dict(LookDraw.objects.filter(looks__gt=0).values_list("day", "drawn"))
        assert counts == {DAY: 3, DAY - timedelta(days=1): 1}
        assert LookReview.objects.count() == 4

    def test_is_cast_once_over_a_day(self, operator):
        looks(operator, 50)
        reviews.draw_due(at=MORNING)
        first = set(LookReview.objects.values_list("entry_id", flat=True))
        looks(operator, 50)

        assert reviews.draw_due(at=MORNING) == []
        assert set(LookReview.objects.values_list("entry_id", flat=True)) == first

    def test_of_another_worker_stands(self, operator):
        look(operator)
        LookDraw.objects.create(day=DAY, looks=1, drawn=0, drawn_at=MORNING)

        assert reviews._draw(DAY, at=MORNING) is None
        assert not LookReview.objects.exists()

    def test_waits_until_the_day_is_over_for_certain(self, operator):
        look(operator)
        reviews.draw_due(at=datetime.combine(MORNING.date(), time(2, 59), tzinfo=JST))
        assert not LookDraw.objects.filter(day=DAY).exists()
        reviews.draw_due(at=datetime.combine(MORNING.date(), time(3), tzinfo=JST))

        assert LookDraw.objects.filter(day=DAY).exists()

    def test_follows_the_municipalitys_share(self, operator):
        lookouts.change(
            values={"review_permille": 500, "review_days": 2}, reason="試験",
            by=cast.staff("ward_officer"), at=NOW,
        )  # fmt: skip
        looks(operator, 20)
        reviews.draw_due(at=MORNING)

        assert LookReview.objects.count() == 10
        assert LookReview.objects.first().due_on == MORNING.date() + timedelta(days=2)

    def test_falls_otherwise_each_time(self, operator):
        """Neither the looks nor their order tell whom it meets."""
        days = [DAY - timedelta(days=back) for back in range(reviews.BACK)]
        ids = {day: [look(operator, day=day).pk for _ in range(60)] for day in days}
        reviews.draw_due(at=MORNING)

        drawn = LookReview.objects.values_list("draw_id", "entry_id")
        assert len(drawn) == reviews.BACK
        assert len({ids[day].index(entry_id) for day, entry_id in drawn}) > 2

    def test_would_be_known_with_a_dice_that_is(self, operator, monkeypatch):
        """The twin: with a counted dice everybody knows whose look is asked for."""
        import random

        ids = looks(operator, 100)
        monkeypatch.setattr(reviews, "_CHANCE", random.Random(DAY.toordinal()))
        foreseen = random.Random(DAY.toordinal())
        reviews.draw_due(at=MORNING)

        assert LookReview.objects.get().entry_id == foreseen.sample(sorted(ids), 1)[0]

    def test_is_cast_by_the_clock(self, operator, monkeypatch):
        look(operator)
        monkeypatch.setattr("django.utils.timezone.now", lambda: MORNING)
        tasks.keep_watch(municipality_code=current().code)

        assert LookDraw.objects.filter(day=DAY, drawn=1).exists()


class TestAReview:
    def test_is_written_by_somebody_else_with_a_sentence(self, drawn, auditor):
        client = desk(auditor)
        assert "通話なしの閲覧" in client.get("/reviews/").text
        assert "区からの照会" in client.get(f"/reviews/{drawn.pk}/").text
        data = {"verdict": "explained", "words": "区の担当に電話で確かめた。"}
        page = client.post(f"/reviews/{drawn.pk}/", data, follow=True).text

        assert "確かめる閲覧はありません" in page
        drawn.refresh_from_db()
        assert (drawn.verdict, drawn.reviewed_by_id) == ("explained", auditor.pk)
        assert AccessEntry.objects.get(what="look_reviewed").why == "explained"
        assert "区の担当に電話" in client.get(f"/reviews/{drawn.pk}/").text
        assert "理由が確かめられた" in client.get("/reviews/?done=1").text

    def test_that_explains_nothing_raises_an_alert(self, drawn, operator, auditor):
        reviews.review(
            found=drawn, verdict="not_explained", words="照会はなかった。", by=auditor, at=MORNING
        )

        alert = Alert.objects.get(kind="unexplained")
        assert alert.staff_id == operator.pk

    @pytest.mark.parametrize(
        "data",
        [
            {"verdict": "explained"},
            {"words": "だれかに聞いた。"},
            {"verdict": "maybe", "words": "だれかに聞いた。"},
            {"verdict": "explained", "words": "123456789018"},
        ],
    )
    def test_needs_a_verdict_and_a_sentence(self, drawn, auditor, data):
        assert desk(auditor).post(f"/reviews/{drawn.pk}/", data).status_code == 422
        drawn.refresh_from_db()
        assert drawn.verdict == ""

    def test_is_never_written_by_the_looker(self, supervisor_look):
        found, supervisor = supervisor_look
        data = {"verdict": "explained", "words": "自分で見た。"}
        client = desk(supervisor)
        assert "別の職員が確かめて" in client.get(f"/reviews/{found.pk}/").text
        assert client.post(f"/reviews/{found.pk}/", data).status_code == 409
        with pytest.raises(IntegrityError), transaction.atomic():
            LookReview.objects.filter(pk=found.pk).update(
                verdict="explained", words="x", reviewed_by=supervisor, reviewed_at=MORNING
            )

    def test_is_written_once(self, drawn, auditor):
        for expected in (302, 409):
            data = {"verdict": "explained", "words": "区に聞いた。"}
            assert desk(auditor).post(f"/reviews/{drawn.pk}/", data).status_code == expected

    @pytest.mark.parametrize("role", ["operator", "venue_staff", "contractor"])
    def test_is_closed_to_others(self, drawn, role):
        other = cast.staff(role)
        assert desk(other).get("/reviews/").status_code == 403
        assert desk(other).get(f"/reviews/{drawn.pk}/").status_code == 403
        with pytest.raises(reviews.NotPermitted):
            reviews.review(found=drawn, verdict="explained", words="x", by=other, at=MORNING)

    def test_of_nobody_is_not_there(self, auditor):
        assert desk(auditor).get(f"/reviews/{uuid.uuid4()}/").status_code == 404


@pytest.fixture
def supervisor_look(served):
    supervisor = cast.staff("supervisor")
    look(supervisor)
    reviews.draw_due(at=MORNING)
    return LookReview.objects.get(), supervisor


class TestLate:
    def test_ones_raise_an_alert(self, drawn):
        assert reviews.tell_late(at=MORNING + timedelta(days=7)) is None
        alert = reviews.tell_late(at=MORNING + timedelta(days=8))

        assert (alert.kind, alert.count) == ("review_late", 1)

    def test_ones_are_shown_as_late(self, drawn, auditor, monkeypatch):
        monkeypatch.setattr("django.utils.timezone.now", lambda: MORNING + timedelta(days=8))
        LookReview.objects.update(due_on=DAY)

        assert "期限切れ" in desk(auditor).get("/reviews/").text


class TestTheShare:
    @pytest.mark.parametrize("values", [{"review_permille": 0}, {"review_permille": 1001}])
    def test_is_never_nothing(self, served, values):
        from django.core.exceptions import ValidationError

        with pytest.raises(ValidationError):
            lookouts.change(values=values, reason="試験", by=cast.staff("ward_officer"), at=NOW)
