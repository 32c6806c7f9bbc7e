"""The print log: five attributes, a reason over the plan, the next step in time (S-92, S-93, S-94)."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import localtime

from exchange import print_logs
from exchange.layouts import PRINT_LOG
from exchange.layouts.stamps import write_moment
from exchange.layouts.writing import write
from exchange.models import NextStep, PrintLogEntry
from tests import cast
from tests.serving import desk

FIVE = ("computer", "printed_at", "file_name", "printer", "sheets")


@pytest.fixture
def officer(served):
    return cast.staff("ward_officer")


def printed(**changes):
    said = {
        "computer": "PRINT-PC01", "printed_at": cast.NOW - timedelta(minutes=10),
        "file_name": "PRT_999997_001", "printer": "PRINTER-A", "sheets": 100, "planned": 100,
    }  # fmt: skip
    return print_logs.Printed(**(said | changes))


def enter(officer, **changes):
    return print_logs.enter(printed=printed(**changes), by=officer, at=cast.NOW)


def log_file(*rows):
    return b"".join(write(layout=PRINT_LOG, rows=rows))


def line(number, *, sheets="10", planned="10", reason="", at=None):
    moment = write_moment(at or cast.NOW - timedelta(hours=number))
    return ("PC", moment, f"FILE_{number}", "PRINTER-B", sheets, planned, reason)


class TestEntering:
    @pytest.mark.parametrize("attribute", ["computer", "file_name", "printer"])
    def test_each_attribute_is_needed_in_the_database_too(self, officer, attribute):
        for missing in ({attribute: ""}, {"sheets": 0}):
            with pytest.raises(print_logs.Incomplete):
                enter(officer, **missing)
            said = vars(printed(**missing)) | {"entered_by": officer, "entered_at": cast.NOW}
            with pytest.raises(IntegrityError, match="five_attributes"), transaction.atomic():
                PrintLogEntry.objects.create(**said)

    def test_more_sheets_than_planned_need_a_reason(self, officer):
        with pytest.raises(print_logs.NoReason):
            enter(officer, sheets=101, reason="\u3000 ")
        with pytest.raises(IntegrityError, match="over_has_reason"), transaction.atomic():
            PrintLogEntry.objects.create(
                **vars(printed(sheets=101)), entered_by=officer, entered_at=cast.NOW
            )

        assert enter(officer, sheets=101, reason="損紙1枚").reason == "損紙1枚"

    def test_one_print_is_one_line(self, officer):
        enter(officer)
        with pytest.raises(print_logs.LoggedAlready):
            enter(officer, sheets=5)

    def test_nothing_is_logged_ahead_or_of_long_ago(self, officer):
        with pytest.raises(print_logs.NotPrintedYet):
            enter(officer, printed_at=cast.NOW + timedelta(seconds=1))
        with pytest.raises(print_logs.TooLongAgo):
            enter(officer, printed_at=cast.NOW - timedelta(days=800))

    @pytest.mark.parametrize("role", ["operator", "auditor", "contractor", "venue_staff"])
    def test_other_roles_write_nothing(self, officer, role):
        entry, other = enter(officer), cast.staff(role)
        with pytest.raises(print_logs.Refused):
            enter(other)
        with pytest.raises(print_logs.Refused):
            print_logs.take_in(content=b"", encoding="utf-8", by=other, at=cast.NOW)
        with pytest.raises(print_logs.Refused):
            print_logs.note_next_step(
                entry=entry, words="封入", begun_at=cast.NOW, by=other, at=cast.NOW
            )

    def test_the_database_changes_nothing(self, officer):
        entry = enter(officer)
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            PrintLogEntry.objects.filter(pk=entry.pk).update(sheets=1)


class TestFile:
    def test_is_taken_in_whole(self, officer):
        content = log_file(line(1), line(2, sheets="11", reason="試し刷り"))

        assert print_logs.take_in(content=content, encoding="utf-8", by=officer, at=cast.NOW) == 2
        first = PrintLogEntry.objects.earliest("printed_at")
        assert first.reason == "試し刷り"
        assert first.printed_at == (cast.NOW - timedelta(hours=2)).replace(microsecond=0)

    @pytest.mark.parametrize(
        "bad",
        [
            line(2, sheets="11"),
            (*line(2)[:4], "", "10", ""),
            ("", *line(2)[1:]),
            line(1),
            line(2, at=cast.NOW + timedelta(days=1)),
            line(2, sheets="0"),
        ],
        ids=["no reason", "no sheets", "no computer", "twice", "ahead", "none printed"],
    )
    def test_with_one_bad_line_is_not_taken_in(self, officer, bad):
        content = log_file(line(1), bad)

        with pytest.raises(print_logs.FileNotTaken):
            print_logs.take_in(content=content, encoding="utf-8", by=officer, at=cast.NOW)
        assert not PrintLogEntry.objects.exists()

    @pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"PK\x03\x04", b"a,b\r\n1,2\r\n"])
    def test_that_is_no_log_is_refused(self, officer, content):
        with pytest.raises(print_logs.FileNotTaken):
            print_logs.take_in(content=content, encoding="utf-8", by=officer, at=cast.NOW)

    def test_that_is_too_long_is_refused(self, officer, monkeypatch):
        monkeypatch.setattr(print_logs, "MOST_ROWS", 1)
        with pytest.raises(print_logs.FileNotTaken, match=r"5,000"):
            print_logs.take_in(
                content=log_file(line(1), line(2)), encoding="utf-8", by=officer, at=cast.NOW
            )

    def test_goes_out_as_it_came_in(self, officer):
        content = log_file(line(2), line(1, sheets="11", reason="損紙"))
        print_logs.take_in(content=content, encoding="utf-8", by=officer, at=cast.NOW)
        first = localtime(cast.NOW).date().replace(day=1)

        assert b"".join(print_logs.submission(first=first)) == content


class TestNextStep:
    def test_that_is_late_or_missing_is_marked(self, officer):
        entry = enter(officer)
        late = entry.printed_at + print_logs.NEXT_WITHIN + timedelta(seconds=1)
        assert not print_logs.lies_about(entry, at=late - timedelta(seconds=1))
        assert print_logs.lies_about(entry, at=late)

        print_logs.note_next_step(
            entry=entry, words="封入封緘", begun_at=cast.NOW, by=officer, at=late
        )
        assert not print_logs.lies_about(print_logs.find(entry_id=entry.pk), at=late)

    def test_is_written_once_and_in_order(self, officer):
        entry = enter(officer)

        def note(begun_at):
            return print_logs.note_next_step(
                entry=entry, words="封入", begun_at=begun_at, by=officer, at=cast.NOW
            )

        for wrong in (entry.printed_at - timedelta(minutes=1), cast.NOW + timedelta(minutes=1)):
            with pytest.raises(print_logs.OutOfOrder):
                note(wrong)
        note(cast.NOW)
        with pytest.raises(print_logs.NotedAlready):
            note(cast.NOW)
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            NextStep.objects.all().delete()


class TestPages:
    def url(self, name, *args):
        return reverse(f"exchange:{name}", urlconf="config.urls_staff", args=args)

    def typed(self, **changes):
        at = localtime(cast.now() - timedelta(minutes=50))
        said = vars(printed()) | {"printed_at": f"{at:%Y-%m-%dT%H:%M}"}
        return said | changes

    @pytest.mark.parametrize("attribute", FIVE)
    def test_exactly_the_five_attributes_are_required(self, officer, attribute):
        client, door = desk(officer), self.url("print_log_enter")

        assert client.post(door, self.typed(**{attribute: ""})).status_code == 422
        assert not PrintLogEntry.objects.exists()
        assert client.post(door, self.typed()).status_code == 302

    def test_over_the_plan_the_reason_is_asked_for(self, officer):
        client, door = desk(officer), self.url("print_log_enter")

        answer = client.post(door, self.typed(sheets=101))
        assert answer.status_code == 422
        assert "理由を書いてください" in answer.content.decode()
        assert client.post(door, self.typed(sheets=101, reason="損紙")).status_code == 302

    def test_a_print_its_next_step_and_the_submission(self, officer):
        client = desk(officer)
        client.post(self.url("print_log_enter"), self.typed())
        entry, month = (
            PrintLogEntry.objects.get(),
            f"{localtime(cast.now() - timedelta(minutes=50)):%Y-%m}",
        )
        assert "30分超" in client.get(self.url("print_log"), {"month": month}).content.decode()
        begun = f"{localtime(entry.printed_at + timedelta(minutes=5)):%Y-%m-%dT%H:%M}"
        door = self.url("print_log_next", entry.pk)
        assert client.post(door, {"words": "封入", "begun_at": begun}).status_code == 302
        assert client.post(door, {"words": "封入", "begun_at": begun}).status_code == 422
        listed = client.get(self.url("print_log"), {"month": month}).content.decode()
        assert "封入" in listed
        assert "30分超" not in listed
        answer = client.get(self.url("print_log_submission"), {"month": month})
        assert "PRINT-PC01" in b"".join(answer.streaming_content).decode()
        assert f"PLG_{month.replace('-', '')}" in answer["Content-Disposition"]

    def test_a_file_comes_in(self, officer):
        client, door = desk(officer), self.url("print_log_file")
        content = log_file(line(1, at=cast.now() - timedelta(hours=1)))

        def sent(data):
            file = SimpleUploadedFile("log.csv", data, content_type="text/csv")
            return client.post(door, {"encoding": "utf-8", "file": file}).status_code

        assert sent(b"x") == 422
        assert sent(b"x" * 1_000_001) == 422
        assert sent(content) == 302
        assert PrintLogEntry.objects.count() == 1

    def test_a_month_that_is_none_is_this_one(self, officer):
        for month in ("2026-13", "9999-12", "x", "2026-1"):
            assert desk(officer).get(self.url("print_log"), {"month": month}).status_code == 200

    def test_the_auditor_reads_and_writes_not(self, officer):
        client = desk(cast.staff("auditor"))

        assert client.get(self.url("print_log")).status_code == 200
        assert client.get(self.url("print_log_enter")).status_code == 403
        assert desk(cast.staff("operator")).get(self.url("print_log")).status_code == 403
