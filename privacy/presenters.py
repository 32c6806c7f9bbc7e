"""How the access log reads: who, when, from where, what; whose record only as an identifier."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from privacy.acts import words_of
from privacy.models import AccessEntry
from tenancy.permissions import Role


@dataclass(frozen=True)
class EntryLine:
    """One line of the access log."""

    entry: AccessEntry
    staff_name: str

    @property
    def what(self) -> str:
        """The act in words."""
        return words_of(self.entry.what)

    @property
    def who(self) -> str:
        """The account, or on whose side of the house it happened."""
        if self.staff_name:
            return self.staff_name
        return str(_("住民（Web）")) if self.entry.role == "resident" else "—"

    @property
    def role(self) -> str:
        """The role at that moment."""
        return str(dict(Role.choices).get(self.entry.role, ""))

    @property
    def whose(self) -> str:
        """The record, as an identifier that names nobody."""
        return str(self.entry.resident_id or "")
