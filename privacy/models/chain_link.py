"""A link of the access log's chain (連鎖): one batch of lines, bound to all that came before."""

from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Now


class BigIntegers(models.Field):  # type: ignore[type-arg] # generic in the stubs only
    """A bigint[]: Django's own array field would ask the database a question on every connection."""

    def db_type(self, connection: Any) -> str:  # noqa: ARG002 - Django's own signature
        """The column's type in PostgreSQL."""
        return "bigint[]"


class ChainLink(models.Model):
    """Never edited: rights and a trigger refuse it, and the next link would no longer fit."""

    number = models.BigIntegerField(primary_key=True)  # contiguous from 1
    entry_ids = BigIntegers()  # which lines, in the order in which they were hashed
    entries = models.IntegerField()
    through = models.BigIntegerField()  # lines in the chain up to and with this link
    head = models.BinaryField(max_length=32)
    linked_at = models.DateTimeField()

    class Privacy:
        append_only = True
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "number", "entry_ids", "entries", "through", "head", "linked_at",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.number} {bytes(self.head).hex()[:12]}"


class UnlinkedEntry(models.Model):
    """A line that no link holds yet; a trigger writes it in the line's own transaction."""

    entry_id = models.BigIntegerField(primary_key=True)
    # By the database's clock: a long work writes its line at its end, with the hour of its beginning.
    noted_at = models.DateTimeField(db_default=Now())

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"entry_id", "noted_at"}

    def __str__(self) -> str:
        return str(self.entry_id)
