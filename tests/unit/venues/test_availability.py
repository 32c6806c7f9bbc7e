"""The two pictures: what they say, what they never say, and what they cost."""

import json
from datetime import date, time, timedelta

import pytest
import time_machine
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tenancy.models import Topic
from tests import cast
from tests.cast import NOW
from venues import availability
from venues.levels import Level
from venues.models import Bucket
from venues.picture import Choice

pytestmark = pytest.mark.usefixtures("served")
DAY = date(2026, 6, 15)


def announced():
    availability.announce(at=NOW)
    availability.forget_kept()


@pytest.fixture
def connection(served):
    from django.db import connections

    return connections["default"]


class TestAnnounce:
    def test_publishes_both_pictures_in_few_statements(self, connection):
        for hour in (9, 10, 11):
            cast.slot(at=time(hour))

        with CaptureQueriesContext(
            connection,
        ) as spent:
            availability.announce(at=NOW)

        assert len([one for one in spent if one["sql"].startswith("SELECT") and "venues_" in one["sql"]]) == 3  # fmt: skip
        assert set(Topic.objects.values_list("name", "seq")) == {("places", 1), ("free_places", 1)}

    def test_the_sequence_rises_only_when_something_changed(self):
        _, web, _ = cast.slot(web=9)
        availability.announce(at=NOW)
        availability.announce(at=NOW + timedelta(seconds=1))
        assert Topic.objects.get(name="places").seq == 1

        Bucket.objects.filter(pk=web.pk).update(taken=1)
        availability.announce(at=NOW)

        assert Topic.objects.get(name="places").seq == 2
        assert Topic.objects.get(name="free_places").seq == 1  # nine or eight left: both many

    def test_residents_learn_no_count_and_nothing_of_the_telephone(self):
        cast.slot(web=7, phone=5)
        announced()

        text = availability.free_places_document(at=NOW)[0].decode()

        for word in ("capacity", "taken", "left", "phone"):
            assert word not in text
        assert json.loads(text)["openings"][0]["slots"][0]["level"] == "many"

    def test_staff_see_every_channel_with_counts(self):
        slot, web, phone = cast.slot(web=7, phone=5)
        Bucket.objects.filter(pk=web.pk).update(taken=3)
        announced()

        place = availability.staff_places(at=NOW).find(web.pk)

        assert (place.capacity, place.taken, place.left, place.level) == (7, 3, 4, Level.MANY)
        assert (place.day, place.starts_at, place.slot_id) == (DAY, time(10), slot.pk)
        body = Topic.objects.get(name="places").body
        assert body["buckets"][str(phone.pk)]["channel"] == "phone"
        assert body["buckets"][str(phone.pk)]["open"] is True

    def test_yesterday_is_gone_and_a_closed_venue_is_not_shown_to_residents(self):
        cast.slot(day=date(2026, 5, 31))
        closed = cast.venue(is_open=False)
        _, web, _ = cast.slot(venue_=closed)
        announced()

        assert availability.free_places(at=NOW).places == ()
        assert [p.bucket_id for p in availability.staff_places(at=NOW).places if p.channel == "web"] == [web.pk]  # fmt: skip

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"taken": 10}, "none"),
            ({"taken": 9}, "few"),
            ({"is_open": False}, "closed"),
            ({"bookable_from": NOW + timedelta(minutes=1)}, "closed"),
            ({"bookable_until": NOW}, "closed"),
            ({"bookable_from": NOW}, "many"),
        ],
    )
    def test_says_what_can_be_taken_at_this_moment(self, change, said):
        _, web, _ = cast.slot(web=10)
        Bucket.objects.filter(pk=web.pk).update(**change)
        announced()

        assert availability.free_places(at=NOW).find(web.pk).level == said

    def test_before_the_first_announcement_the_picture_is_made_for_the_reader(self):
        _, web, _ = cast.slot()

        assert availability.free_places(at=NOW).find(web.pk).is_free
        assert not Topic.objects.exists()

    def test_another_municipality_sees_nothing_of_it(self, tameshi):
        from tenancy.current import serving

        cast.slot()
        availability.free_places(at=NOW)

        with serving(tameshi):
            assert availability.free_places(at=NOW).places == ()


class TestQuestions:
    @pytest.fixture
    def places(self, served):
        """Two venues, one vaccine, days 15 June, 4, 6 and 10 July; another vaccine on 6 July."""
        one, two = cast.venue(), cast.venue()
        made = {
            "first": cast.slot(venue_=one)[1],
            "too_soon": cast.slot(venue_=one, day=date(2026, 7, 3))[1],
            "earliest": cast.slot(venue_=one, day=date(2026, 7, 4))[1],
            "standard": cast.slot(venue_=one, day=date(2026, 7, 6))[1],
            "standard_elsewhere": cast.slot(venue_=two, day=date(2026, 7, 6))[1],
            "standard_later": cast.slot(venue_=one, day=date(2026, 7, 6), at=time(11))[1],
            "after": cast.slot(venue_=two, day=date(2026, 7, 10))[1],
            "other": cast.slot(venue_=two, day=date(2026, 7, 6), vaccine_=cast.vaccine("別の製薬"))[1],
        }  # fmt: skip
        return {name: bucket.pk for name, bucket in made.items()}

    def test_proposes_the_standard_interval_first_for_the_second_dose(self, places):
        picture = availability.free_places(at=NOW)

        found = picture.seconds_for(picture.find(places["first"]), earliest_days=19, standard_days=21)  # fmt: skip

        names = ["standard", "standard_later", "standard_elsewhere", "earliest", "after"]
        assert [one.bucket_id for one in found] == [places[name] for name in names]

    def test_earliest_anywhere_comes_in_order_of_time_and_skips_what_is_full(self, places):
        Bucket.objects.filter(pk=places["first"]).update(taken=4)
        picture = availability.free_places(at=NOW)

        found = picture.earliest(2)

        assert [one.bucket_id for one in found] == [places["too_soon"], places["earliest"]]

    def test_by_date_by_venue_and_by_vaccine(self, places):
        picture = availability.free_places(at=NOW)
        first = picture.find(places["first"])

        assert picture.days()[DAY] == Level.MANY
        on_the_day = picture.on(date(2026, 7, 6), Choice(vaccine_id=first.vaccine_id))
        assert sum(map(len, on_the_day.values())) == 3
        assert len(picture.at(first.venue_id)) == 4
        assert picture.venues_by_level(Choice(on_or_after=date(2026, 7, 10)))[
            picture.find(places["after"]).venue_id
        ] == Level.MANY  # fmt: skip

    def test_counts_places_left_by_venue_and_channel_for_staff(self, places):
        picture = availability.staff_places(at=NOW)
        venue = picture.find(places["after"]).venue_id

        assert picture.left_by_venue()[venue, "phone"] == 6


class TestDocument:
    @pytest.fixture
    def browser(self):
        with time_machine.travel(NOW, tick=True):
            yield Client(headers={"host": "mihon.localhost"})

    def test_is_public_kept_two_seconds_and_answers_304(self, browser):
        cast.slot()

        answer = browser.get("/free-places.json")
        again = browser.get("/free-places.json", headers={"if-none-match": answer.headers["ETag"]})

        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=2"
        assert "sessionid" not in answer.cookies
        assert "csrftoken" not in answer.cookies
        assert "Vary" not in answer.headers, "one copy for every language and every browser"
        assert "Content-Language" not in answer.headers
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["Cache-Control"] == "public, max-age=2"

    def test_costs_no_statement_while_it_is_kept(self, browser, connection):
        cast.slot()
        announced()
        browser.get("/free-places.json")

        with CaptureQueriesContext(connection) as spent:
            browser.get("/free-places.json")

        assert len(spent) == 0

    def test_costs_one_small_statement_after_two_quiet_seconds(self, browser, connection, monkeypatch):  # fmt: skip
        cast.slot()
        announced()
        browser.get("/free-places.json")
        monkeypatch.setattr(availability, "KEPT_SECONDS", 0.0)
        for key, kept in availability._kept.items():
            availability._kept[key] = availability.replace(kept, until=0.0)

        with CaptureQueriesContext(connection) as spent:
            browser.get("/free-places.json")

        assert [one["sql"].split(" FROM ")[0] for one in spent] == ['SELECT "tenancy_topic"."seq" AS "seq", "tenancy_topic"."etag" AS "etag"']  # fmt: skip

    def test_refuses_to_be_written_to(self, browser):
        assert browser.post("/free-places.json").status_code == 405
