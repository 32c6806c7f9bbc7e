"""What the top and the foot of every page say; the template context carries it as `masthead`."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Link:
    """A link with its words; `number` is shown as a small number where it is not zero.

    `note` is a line that says what is there.
    """

    label: str
    url: str
    is_current: bool = False
    number: int = 0
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Section:
    """Pages that belong together."""

    label: str
    links: Sequence[Link]

    @property
    def is_current(self) -> bool:
        return any(one.is_current for one in self.links)

    def door(self) -> Link:
        """The way in: its first page; where there is no other, by that page's name."""
        first = self.links[0]
        label = self.label if len(self.links) > 1 else first.label
        return Link(label=label, url=first.url, is_current=self.is_current)


@dataclass(frozen=True, kw_only=True)
class SessionEnd:
    """When a signed-in person is signed out by the clock, and where to say that one is here."""

    url: str
    sign_in_url: str
    whose: str
    seconds: int
    idle_minutes: int
    longest_hours: int


@dataclass(frozen=True, kw_only=True)
class Masthead:
    """Whose pages these are, whom to telephone, and where a signed-in person may go.

    `banner` stands above everything, as long as something is not yet or no longer real;
    `navigation` stands on every page, `pages` below it (of the room one is in), `rooms` is the
    whole of it for the home page. `variant` (resident, staff) dresses pages that both have, such as errors.
    """

    name: str
    service: str = ""
    home_url: str = "/"
    phone: str = ""
    hours: str = ""
    links: Sequence[Link] = ()
    navigation: Sequence[Link] = ()
    pages: Sequence[Link] = ()
    rooms: Sequence[Section] = ()
    staff_name: str = ""
    printed_by: str = ""
    sign_out_url: str = ""
    banner: str = ""
    variant: str = "resident"
    session_end: SessionEnd | None = None
