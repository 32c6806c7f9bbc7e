"""The access log: facts that nobody edits, shown without names (P10)."""

from datetime import datetime, timedelta

import pytest
from django.db import ProgrammingError, transaction

from privacy import access_log
from privacy.models import AccessEntry
from tests import cast
from tests.cast import JST, NOW
from tests.serving import desk


@pytest.fixture
def auditor(served):
    return cast.staff("auditor")


@pytest.fixture
def operator(served):
    return cast.staff("operator", display_name="オペレーター 試験 一")


def seen(resident, by, at=NOW):
    return access_log.record(what="view", resident_id=resident.pk, why="入電", by=by, at=at)


class TestFacts:
    def test_the_database_grants_no_change_and_no_removal(self, operator):
        entry = seen(cast.resident(), operator)

        for change in (
            lambda: AccessEntry.objects.filter(pk=entry.pk).update(why="別の理由"),
            lambda: AccessEntry.objects.filter(pk=entry.pk).delete(),
        ):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                change()

    def test_each_line_carries_the_number_of_its_request(self, auditor):
        client = desk(auditor)
        client.post("/sign-out/")

        entry = AccessEntry.objects.get(what="sign_out")
        assert len(entry.request_id) == 9
        assert entry.network == "127.0.0.1"


class TestPage:
    def test_tells_who_when_what_and_why_but_no_name(self, auditor, operator):
        resident = cast.resident(name="見本　太郎", phone="+817099991234")
        seen(resident, operator)

        page = desk(auditor).get("/access-log/").text

        for told in (
            "オペレーター 試験 一",
            str(resident.pk),
            "閲覧",
            "入電",
            "2026/06/01 10:00:00",
        ):
            assert told in page
        for personal in ("太郎", "99991234", resident.voucher_number_for_test):
            assert personal not in page

    def test_is_filtered_by_account_by_record_and_by_day(self, auditor, operator):
        other, one, two = cast.staff("operator"), cast.resident(), cast.resident()
        seen(one, operator)
        seen(two, operator)
        seen(two, other)
        client = desk(auditor)

        def lines(query):
            return client.get(f"/access-log/?{query}").text.count("<td>閲覧</td>")

        assert lines(f"staff={operator.pk}") == 2
        assert lines(f"resident_id={two.pk}") == 2
        assert lines(f"staff={other.pk}&resident_id={one.pk}") == 0
        assert lines("day=2026/6/1") == 3
        assert lines("day=令和8年6月2日") == 0

    def test_a_day_is_a_day_of_the_town(self, operator):
        resident = cast.resident()
        midnight = datetime(2026, 6, 2, tzinfo=JST)
        for at in (midnight - timedelta(seconds=1), midnight):
            seen(resident, operator, at=at)

        assert access_log.matching(day=midnight.date()).count() == 1

    @pytest.mark.parametrize("query", ["resident_id=x", "day=yesterday", "staff=1", "page=999", "page=x"])  # fmt: skip
    def test_a_filter_that_cannot_be_read_is_no_fault(self, auditor, query):
        assert desk(auditor).get(f"/access-log/?{query}").status_code == 200

    def test_comes_in_pages(self, auditor, operator):
        resident = cast.resident()
        for _number in range(60):
            seen(resident, operator)

        assert desk(auditor).get("/access-log/?page=2").text.count("<td>閲覧</td>") == 10
