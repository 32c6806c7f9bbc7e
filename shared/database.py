"""What the database said no with, what will pass by itself, and constraints that tables need."""

from collections.abc import Iterator

import psycopg
from django.db import models
from django.db.models import Q
from django.db.utils import IntegrityError

# SQLSTATEs of what is over in a moment: the connection is gone (08), room or memory is short or all
# connections are taken (53), somebody waited too long or in a circle, the server shuts down, starts,
# copies itself (read only) or cannot reach its disk.
_PASSING = (
    "08", "53", "40001", "40P01", "55P03", "57014", "57P01", "57P02", "57P03", "57P05", "25P03",
    "25P04", "25006", "58030",
)  # fmt: skip


def violates(exception: IntegrityError, constraint_name: str) -> bool:
    """Whether it was this constraint that refused; never guessed from the message."""
    diagnosis = getattr(exception.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) == constraint_name


def will_pass(exception: BaseException | None) -> bool:
    """Whether the database did not answer, and may a moment later; a fault of ours does not pass."""
    return any(_is_passing(one) for one in _behind(exception))


def _behind(exception: BaseException | None) -> Iterator[BaseException]:
    """The exception and what it came from."""
    seen: set[int] = set()
    while exception is not None and id(exception) not in seen:
        seen.add(id(exception))
        yield exception
        hidden = None if exception.__suppress_context__ else exception.__context__
        exception = exception.__cause__ or hidden


def _is_passing(exception: BaseException) -> bool:
    if not isinstance(exception, psycopg.Error):
        return False
    if exception.sqlstate is not None:
        return exception.sqlstate.startswith(_PASSING)
    # Without a number it was never the server's word: the driver or its pool lost the server.
    if isinstance(exception, psycopg.OperationalError):
        return True
    return isinstance(exception, psycopg.InterfaceError) and "closed" in str(exception)


def both_or_neither(one: str, other: str, *, name: str) -> models.CheckConstraint:
    """Two columns that make sense only together (いつ・だれが)."""
    neither = Q(**{f"{one}__isnull": True, f"{other}__isnull": True})
    both = Q(**{f"{one}__isnull": False, f"{other}__isnull": False})
    return models.CheckConstraint(condition=neither | both, name=name)
