"""The two pictures: what they say, what they never say, and what they cost."""

import csv
import gzip
import io
import json
from datetime import date, time, timedelta

import pytest
import time_machine
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tenancy.models import Topic
from tests import cast
from tests.cast import NOW
from venues import availability, open_data
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

        assert len([one for one in spent if one["sql"].startswith("SELECT") and "venues_" in one["sql"]]) == 6  # fmt: skip
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
        assert answer.headers["Vary"] == "Accept-Encoding", "one copy for all languages and people"
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

    @pytest.mark.parametrize("path", ["/free-places.json", "/free-places.csv"])
    def test_refuses_to_be_written_to(self, browser, path):
        assert browser.post(path).status_code == 405

    @pytest.mark.parametrize("path", ["/free-places.json", "/free-places.csv"])
    def test_is_the_same_for_everybody_and_open_for_reading_only(self, browser, path):
        cast.slot()
        plain = browser.get(path)
        other = Client(headers={"host": "mihon.localhost", "accept-language": "en"})
        other.cookies["__Host-lang"] = "en"

        assert other.get(path).content == plain.content
        assert plain.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in plain.headers
        assert not plain.cookies
        head = browser.head(path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["ETag"] == plain.headers["ETag"]

    @pytest.mark.parametrize("path", ["/free-places.json", "/free-places.csv"])
    def test_is_zipped_once_for_an_announcement(self, browser, path, monkeypatch):
        cast.slot()
        announced()
        made = []
        real = gzip.compress
        monkeypatch.setattr(
            availability.gzip, "compress", lambda *a, **k: made.append(1) or real(*a, **k)
        )
        plain = browser.get(path)
        found = [browser.get(path, headers={"accept-encoding": "gzip, br"}) for _ in range(3)]

        assert {gzip.decompress(one.content) for one in found} == {plain.content}
        assert {one.headers["Content-Encoding"] for one in found} == {"gzip"}
        assert found[0].headers["ETag"] != plain.headers["ETag"]
        assert made == [1]
        again = browser.get(
            path, headers={"accept-encoding": "gzip", "if-none-match": found[0].headers["ETag"]}
        )
        assert again.status_code == 304

    def test_the_table_costs_no_statement_while_it_is_kept(self, browser, connection):
        cast.slot()
        announced()
        browser.get("/free-places.csv")

        with CaptureQueriesContext(connection) as spent:
            browser.get("/free-places.csv")

        assert len(spent) == 0

    def test_the_table_has_a_line_for_each_slot(self, browser):
        _, web, _ = cast.slot(web=10)
        cast.slot(at=time(11), web=10)
        Bucket.objects.filter(pk=web.pk).update(taken=10)
        announced()

        text = browser.get("/free-places.csv").content.decode("utf-8-sig")

        lines = list(csv.DictReader(io.StringIO(text)))
        assert [(one["day"], one["start"], one["level"], one["sign"]) for one in lines] == [
            ("2026-06-15", "10:00", "none", "×"), ("2026-06-15", "11:00", "many", "○"),
        ]  # fmt: skip
        assert list(lines[0]) == [one.name for one in open_data.COLUMNS]

    def test_a_name_that_looks_like_a_formula_is_words(self, browser):
        cast.slot(venue_=cast.venue(name="=1+1"))
        announced()

        assert "'=1+1" in browser.get("/free-places.csv").content.decode()

    def test_the_page_says_what_every_column_and_sign_means(self, browser):
        for language in ("ja", "en"):
            text = browser.get("/free-places/", headers={"accept-language": language}).text
            for column in open_data.COLUMNS:
                assert f"<code>{column.name}</code>" in text
            for level, _words in open_data.LEVELS:
                assert f"<code>{level}</code>" in text
        assert "無料" not in text
