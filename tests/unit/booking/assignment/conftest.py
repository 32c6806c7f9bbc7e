"""A plan over one small slot for everybody on the list, and the officers who make and approve it."""

from datetime import date, time, timedelta

import pytest

from booking import assignment, rulebook
from booking.models import AssignmentPlan
from tests import cast
from tests.cast import NOW
from tests.unit.booking.lottery.conftest import reserved
from venues import programmes

DAY = date(2026, 6, 15)
ANSWER = NOW + timedelta(days=7)
AFTER = ANSWER + timedelta(hours=1)


def drafted(by, **changes):
    return assignment.draft(
        plan=AssignmentPlan(
            **{
                "name": "6月の割当て", "programme_id": programmes.first(),
                "vaccine": cast.vaccine(), "day_from": DAY, "day_until": DAY,
                "answer_until": ANSWER, "seed": "s",
            } | changes
        ), by=by, at=NOW,
    )  # fmt: skip


def worked(row, at=NOW):
    """What the worker does, to the end of what can be done now."""
    while assignment.proceed(plan=row, at=at):
        pass
    return assignment.find(row.pk)


def proposed(by, **changes):
    return worked(drafted(by, **changes))


def approved(row, by, reason="枠が足りない", at=NOW):
    return assignment.approve(plan=row, shown=row.version, reason=reason, by=by, at=at)


def booked(officers, **changes):
    return worked(approved(proposed(officers[0], **changes), officers[1]))


@pytest.fixture
def officers(served):
    return cast.staff("ward_officer"), cast.staff("ward_officer")


@pytest.fixture
def bucket(served):
    cast.everybody_may_book()
    rulebook.forget_kept()
    return reserved(3, at=time(10))
