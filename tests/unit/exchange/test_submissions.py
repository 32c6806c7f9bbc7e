"""Logs of PCs and lists of entries, submitted month by month (S-86, S-97)."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from exchange import submissions
from exchange.models import Submission
from tests import cast
from tests.serving import desk


@pytest.fixture
def officer(served):
    return cast.staff("ward_officer")


def enter(by, **changes):
    said = {
        "kind": "pc_log", "organisation": "見本コール", "month": date(2026, 5, 1), "place": "書庫1",
    }  # fmt: skip
    return submissions.enter(**(said | changes), by=by, at=cast.NOW)


class TestEntering:
    def test_is_done_once_for_each_kind_organisation_and_month(self, officer):
        enter(officer)
        with pytest.raises(submissions.EnteredAlready):
            enter(officer)
        enter(officer, kind="entry_list")
        enter(officer, organisation="見本印刷")

        assert Submission.objects.count() == 3
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            Submission.objects.all().delete()

    def test_a_month_to_come_is_refused(self, officer):
        with pytest.raises(submissions.MonthAhead):
            enter(officer, month=date(2026, 12, 1))

    @pytest.mark.parametrize("role", ["operator", "auditor", "contractor", "venue_staff"])
    def test_other_roles_enter_nothing(self, served, role):
        with pytest.raises(submissions.Refused):
            enter(cast.staff(role))


class TestPages:
    def url(self, name):
        return reverse(f"exchange:{name}", urlconf="config.urls_staff")

    @pytest.mark.parametrize(
        ("kind", "words"), [("pc_log", "パソコンのログ"), ("entry_list", "入退室の記録")]
    )
    def test_a_submission_is_entered_listed_and_exported(self, officer, kind, words):
        client, door = desk(officer), self.url("submission_enter")
        said = {"kind": kind, "organisation": "見本コール", "month": "2026-05", "place": "書庫1"}

        for wrong in ({"month": "2026-13"}, {"place": ""}, {"kind": "x"}, {"organisation": ""}):
            assert client.post(door, said | wrong).status_code == 422
        assert client.post(door, said).status_code == 302
        assert client.post(door, said).status_code == 422
        assert words in client.get(self.url("submissions")).content.decode()
        answer = client.get(self.url("submissions_register"))
        assert f'"2026-05","{words}","見本コール"' in b"".join(answer.streaming_content).decode()

    def test_the_auditor_reads_and_the_contractor_does_not(self, served):
        assert desk(cast.staff("auditor")).get(self.url("submissions")).status_code == 200
        assert desk(cast.staff("contractor")).get(self.url("submissions")).status_code == 403
