"""Sealed columns and the blind indexes to search them by (暗号化列・照合列).

A sealed column is bound to its row, so the row's id must exist before it is saved: models with
sealed columns use UUID keys made in Python. `update()` and `bulk_update()` cannot seal and refuse.
"""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldError
from django.db import models

from privacy import sealing
from privacy.normal_forms import FORMS

if TYPE_CHECKING:
    _Field = models.Field[Any, Any]
    _BinaryField = models.BinaryField[Any, Any]
else:  # Django's fields cannot be subscripted when the program runs
    _Field, _BinaryField = models.Field, models.BinaryField


class Ciphertext(bytes):
    """A value as it lies in the database."""

    __slots__ = ()


class _SealedAttribute:
    """Opens the value when somebody reads it, not before."""

    def __init__(self, field: "SealedText") -> None:
        self.field = field

    def __get__(self, row: Any, owner: Any = None) -> Any:
        if row is None:
            return self
        name = self.field.attname
        if name not in row.__dict__:
            row.refresh_from_db(fields=[name])  # it was deferred
        kept = row.__dict__[name]
        if isinstance(kept, Ciphertext):
            kept = self.field.open(row, bytes(kept))
            row.__dict__[name] = kept
        return kept

    def __set__(self, row: Any, value: Any) -> None:
        row.__dict__[self.field.attname] = value


class SealedText(_Field):
    """Text that is ciphertext in the database, in dumps and in replicas."""

    description = "sealed text"

    def get_internal_type(self) -> str:
        """A bytea column."""
        return "BinaryField"

    def contribute_to_class(self, cls: Any, name: str, private_only: bool = False) -> None:  # noqa: FBT001, FBT002 - Django's own signature
        """Put the opening attribute on the model."""
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, _SealedAttribute(self))

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> Any:
        """Leave it sealed until it is read."""
        return None if value is None else Ciphertext(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001 - Django's own signature
        """Seal for exactly this row."""
        del add
        kept = model_instance.__dict__.get(self.attname)
        if kept is None or isinstance(kept, Ciphertext):
            return kept
        if model_instance.pk is None:
            raise FieldError(f"{self.name}: the row must have its id before it is sealed.")
        return self.seal(model_instance.pk, kept)

    def seal(self, row_id: Any, value: Any) -> Ciphertext:
        """The ciphertext of a value for one row of this column."""
        text = self.to_text(value)
        table, column = self._place()
        return Ciphertext(sealing.seal(text, table=table, column=column, row=row_id))

    def open(self, row: models.Model, sealed: bytes) -> Any:
        """The value of one row; raises CannotOpen when it is not that row's."""
        table, column = self._place()
        return self.from_text(sealing.unseal(sealed, table=table, column=column, row=row.pk))

    def _place(self) -> tuple[str, str]:
        assert self.column is not None
        return self.model._meta.db_table, self.column

    def to_text(self, value: Any) -> str:
        """The value as the text that is sealed."""
        return str(value)

    def from_text(self, text: str) -> Any:
        """The value from the text that was sealed."""
        return text

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:  # noqa: FBT001, FBT002 - Django's own signature
        """Only ciphertext reaches the database."""
        del prepared
        if value is None:
            return None
        if not isinstance(value, Ciphertext):
            raise FieldError(
                f"{self.name} is sealed: save the row, or search by its blind index; "
                "update() and filter() cannot take it."
            )
        return connection.Database.Binary(bytes(value))

    def get_lookup(self, lookup_name: str) -> Any:
        """Only `isnull`: nothing else can be asked of ciphertext."""
        return super().get_lookup(lookup_name) if lookup_name in {"isnull", "exact"} else None


class SealedDate(SealedText):
    """A date that is ciphertext in the database."""

    description = "sealed date"

    def to_text(self, value: Any) -> str:
        """ISO 8601."""
        return value.isoformat() if isinstance(value, date) else str(value)

    def from_text(self, text: str) -> Any:
        """The date; a partly unknown one (month or day 00) stays text."""
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text


class BlindIndex(_BinaryField):
    """Sixteen bytes by which sealed columns of the same row are found."""

    def __init__(self, *args: Any, kind: str = "", of: tuple[str, ...] = (), **kwargs: Any) -> None:
        self.kind, self.of = kind, of
        kwargs.setdefault("max_length", sealing.INDEX_BYTES)
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """The migration needs no more than a binary column of this kind."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "kind": self.kind, "of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001 - Django's own signature
        """Follow the sealed columns."""
        del add
        values = [getattr(model_instance, name) for name in self.of]
        found = None if any(v in (None, "") for v in values) else blind_index(self.kind, *values)
        setattr(model_instance, self.attname, found)
        return found


def blind_index(kind: str, *values: Any) -> bytes:
    """What to search a BlindIndex of this kind by."""
    return sealing.blind_index(kind, FORMS[kind](*values))
