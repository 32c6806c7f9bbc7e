from types import SimpleNamespace

from django.db import IntegrityError
from django.db.models import Q

from shared.database import both_or_neither, violates


def refusal(constraint_name):
    exception = IntegrityError("words nobody should read")
    cause = Exception()
    cause.diag = SimpleNamespace(constraint_name=constraint_name)
    exception.__cause__ = cause
    return exception


class TestViolates:
    def test_names_the_constraint_that_refused(self):
        assert violates(refusal("one_live"), "one_live")

    def test_is_not_taken_in_by_another(self):
        assert not violates(refusal("taken_in_range"), "one_live")

    def test_never_guesses_without_a_diagnosis(self):
        assert not violates(IntegrityError("one_live"), "one_live")


class TestBothOrNeither:
    def test_allows_both_or_neither(self):
        constraint = both_or_neither("told_at", "told_by", name="told_when_and_by_whom")

        assert constraint.name == "told_when_and_by_whom"
        assert constraint.condition == Q(told_at__isnull=True, told_by__isnull=True) | Q(
            told_at__isnull=False, told_by__isnull=False
        )
