"""What a signed-in person may go to, in the order of the menu, and how the menu is cut."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext

from config.rooms import ROOMS, Door
from shared.masthead import Link, Section
from tenancy.models.staff import Staff
from tenancy.permissions import Permission

A_ROW = 9  # with so many pages the menu is one row; above, a row of rooms and a row of their pages


@dataclass(frozen=True, kw_only=True)
class Menu:
    """`row` stands on every page; `pages` below it, of the room one is in; `rooms` on the home page."""

    row: Sequence[Link]
    pages: Sequence[Link]
    rooms: Sequence[Section]


def menu(request: HttpRequest, *, staff: Staff) -> Menu:
    """The pages this person may open, the one that is open marked."""
    rooms = [(str(words), found) for words, doors in ROOMS if (found := _open(doors, staff))]
    current = _current(request.path, chain.from_iterable(links for _words, links in rooms))
    sections = [
        Section(label=words, links=[_marked(link, current) for link in links])
        for words, links in rooms
    ]
    home = _home(staff, is_current=request.path == "/")
    if sum(len(one.links) for one in sections) < A_ROW:
        pages = chain.from_iterable(one.links for one in sections)
        return Menu(row=[*home, *pages], pages=(), rooms=sections)
    inside = next((one for one in sections if one.is_current), None)
    return Menu(
        row=[*home, *(one.door() for one in sections)],
        pages=inside.links if inside and len(inside.links) > 1 else (),
        rooms=sections,
    )


def _home(staff: Staff, *, is_current: bool) -> Iterator[Link]:
    if staff.may(Permission.STAFF_HOME):
        with suppress(NoReverseMatch):  # the page is not on this host
            yield Link(label=gettext("ホーム"), url=reverse("staff_home"), is_current=is_current)


def _open(doors: Sequence[Door], staff: Staff) -> list[Link]:
    found = []
    for door in doors:
        if staff.may(door.permission):
            with suppress(NoReverseMatch):  # the page is not on this host
                url = reverse(door.page)
                found.append(Link(label=str(door.words), url=url, note=str(door.what_for)))
    return found


def _current(path: str, links: Iterator[Link]) -> str:
    """Of pages that lie within each other the innermost is the open one."""
    return max((one.url for one in links if path.startswith(one.url)), key=len, default="")


def _marked(link: Link, current: str) -> Link:
    return Link(label=link.label, url=link.url, note=link.note, is_current=link.url == current)
