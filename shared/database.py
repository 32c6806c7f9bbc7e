"""What the database said no with, and constraints that several tables need."""

from django.db import models
from django.db.models import Q
from django.db.utils import IntegrityError


def violates(exception: IntegrityError, constraint_name: str) -> bool:
    """Whether it was this constraint that refused; never guessed from the message."""
    diagnosis = getattr(exception.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) == constraint_name


def both_or_neither(one: str, other: str, *, name: str) -> models.CheckConstraint:
    """Two columns that make sense only together (いつ・だれが)."""
    neither = Q(**{f"{one}__isnull": True, f"{other}__isnull": True})
    both = Q(**{f"{one}__isnull": False, f"{other}__isnull": False})
    return models.CheckConstraint(condition=neither | both, name=name)
