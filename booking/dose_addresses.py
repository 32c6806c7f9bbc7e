"""A dose as an address names it: "2", or "7-2" where there are several programmes (接種回の番地)."""

from typing import Self

from booking.models import Reservation


class DoseOf(int):
    """The number of a dose, and of which programme; without one the address named none."""

    programme_id: int | None

    def __new__(cls, dose_number: int, programme_id: int | None = None) -> Self:
        """A dose number that keeps its programme in whatever address it is put into."""
        made = super().__new__(cls, dose_number)
        made.programme_id = programme_id
        return made

    def __str__(self) -> str:
        plain = int.__repr__(self)
        return f"{self.programme_id}-{plain}" if self.programme_id else plain

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


class DoseConverter:
    """The part of an address that names a dose."""

    regex = r"(?:[0-9]{1,15}-)?[0-9]{1,2}"

    def to_python(self, value: str) -> DoseOf:
        """What the address says."""
        programme, _, dose = value.rpartition("-")
        return DoseOf(int(dose), int(programme) if programme else None)

    def to_url(self, value: int | str) -> str:
        """The address of a dose."""
        return str(value)


def of_programme(found: list[Reservation], dose: int) -> list[Reservation]:
    """The reservations of the programme an address means.

    One that names none means the programme in which the dose is booked, else the first that is.
    """
    programme_id = getattr(dose, "programme_id", None)
    if programme_id is None:
        here = [one.programme_id for one in found if one.dose_number == dose]
        programme_id = next(iter(here or [one.programme_id for one in found]), None)
    return [one for one in found if one.programme_id == programme_id]
