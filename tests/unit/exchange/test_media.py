"""Media with people's data: two places, and back or erased in the end (S-72, S-78, S-85)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from exchange import media
from exchange.models import Medium
from tests import cast
from tests.serving import desk

pytestmark = pytest.mark.usefixtures("here")


def given(**changes):
    said = {
        "number": "D-001", "kind": "DVD-R", "content": "TGT 第1版", "data_place": "3階 金庫A",
        "notice_place": "2階 金庫B", "given_on": date(2026, 5, 1),
    }  # fmt: skip
    return media.Given(**(said | changes))


class TestPlaces:
    @pytest.mark.parametrize("place", ["3階 金庫A", "\uff13階\u3000金庫\uff21", " 3階金庫a "])
    def test_data_and_notice_never_lie_together(self, officers, place):
        with pytest.raises(media.SamePlace):
            media.enter(given=given(notice_place=place), by=officers[0], at=cast.NOW)
        assert not Medium.objects.exists()

    def test_the_database_keeps_them_apart_too(self, officers):
        made = media.enter(given=given(), by=officers[0], at=cast.NOW)
        with pytest.raises(IntegrityError, match="medium_two_places"), transaction.atomic():
            Medium.objects.filter(pk=made.pk).update(notice_place=made.data_place)

    def test_a_number_stands_once(self, officers):
        media.enter(given=given(), by=officers[0], at=cast.NOW)
        with pytest.raises(media.NumberTaken):
            media.enter(given=given(), by=officers[1], at=cast.NOW)

    def test_nothing_is_entered_before_it_was_given(self, officers):
        with pytest.raises(media.GivenAhead):
            media.enter(given=given(given_on=date(2099, 1, 1)), by=officers[0], at=cast.NOW)


class TestEnd:
    def test_is_written_once_and_leaves_the_list_of_what_is_out(self, officers):
        made = media.enter(given=given(), by=officers[0], at=cast.NOW)
        assert list(media.still_out()) == [made]
        media.end(medium_id=made.pk, ending="erased", words="破砕", by=officers[1], at=cast.NOW)

        assert not media.still_out().exists()
        assert media.ended().get().ended_by == officers[1]
        with pytest.raises(media.Ended):
            media.end(medium_id=made.pk, ending="returned", words="", by=officers[1], at=cast.NOW)

    @pytest.mark.parametrize("role", ["operator", "auditor", "contractor", "venue_staff"])
    def test_other_roles_write_nothing(self, officers, role):
        made = media.enter(given=given(), by=officers[0], at=cast.NOW)
        other = cast.staff(role)

        with pytest.raises(media.Refused):
            media.enter(given=given(number="D-002"), by=other, at=cast.NOW)
        with pytest.raises(media.Refused):
            media.end(medium_id=made.pk, ending="erased", words="x", by=other, at=cast.NOW)


def test_the_pages_tell_what_has_been_out_too_long(officers):
    def url(name, *args):
        return reverse(f"exchange:{name}", urlconf="config.urls_staff", args=args)

    client = desk(officers[0])
    day = (cast.now() - timedelta(days=40)).date()
    said = vars(given()) | {"given_on": day.isoformat(), "parcel": ""}
    assert client.post(url("medium_enter"), said | {"notice_place": "3階金庫A"}).status_code == 422
    assert client.post(url("medium_enter"), said).status_code == 302
    new = given(number="D-002", given_on=(cast.now() - timedelta(days=2)).date())
    media.enter(given=new, by=officers[0], at=cast.now())
    old, _new = media.still_out()
    assert client.get(url("media")).content.decode().count("30日超") == 1
    assert "渡さずに返却・消去" in client.get(url("medium", old.pk)).content.decode()

    answer = client.post(url("medium_end", old.pk), {"ending": "returned", "words": "区の金庫へ"})
    assert answer.status_code == 302
    page = client.get(url("media")).content.decode()
    assert "区の金庫へ" in page
    assert "30日超" not in page
