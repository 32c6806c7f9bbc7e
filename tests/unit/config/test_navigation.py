"""The staff's menu: everything a person may open is one or two presses away, and nothing else is."""

import re

import pytest

from config.rooms import ROOMS
from tenancy.permissions import Role
from tests import cast
from tests.serving import desk

pytestmark = pytest.mark.usefixtures("served")
LINK = re.compile(r'<a href="([^"]+)"( aria-current="\w+")?>')


def rows(page: str) -> list[list[tuple[str, bool]]]:
    """The rows of the menu: of each link its address and whether it is marked."""
    found = (
        page.split('<nav class="staff-nav"')[1]
        .split("</nav>", maxsplit=1)[0]
        .split("staff-nav__row")[1:]
    )
    whole = [row for row in found if "<ul>" in row]
    return [[(url, bool(mark)) for url, mark in LINK.findall(row)] for row in whole]


class TestManyPages:
    def test_are_cut_into_rooms(self):
        page = desk(cast.staff(Role.WARD_OFFICER)).get("/rosters/", secure=True).text
        above, below = rows(page)

        assert len(above) <= 1 + len(ROOMS)
        assert [url for url, marked in above if marked] == ["/files/"]
        assert [url for url, marked in below if marked] == ["/rosters/"]
        assert "/handovers/" in dict(below)

    def test_stand_on_the_home_page_room_by_room(self):
        staff = cast.staff(Role.WARD_OFFICER)
        page = desk(staff).get("/", secure=True).text
        doors = [door for _words, doors in ROOMS for door in doors]
        open_to_them = [door for door in doors if staff.may(door.permission)]

        assert len(rows(page)) == 1
        assert page.count("card--door") == len(open_to_them) > 20
        for words, inside in ROOMS:
            assert any(one in open_to_them for one in inside) == (f"<h2>{words}</h2>" in page)


class TestFewPages:
    def test_stand_in_one_row(self):
        staff = cast.staff(Role.OPERATOR)
        only, *more = rows(desk(staff).get("/", secure=True).text)

        assert not more
        assert "/console/" in dict(only)
        assert dict(only)["/"] is True
        assert "/settings/" not in dict(only)


def test_no_page_stands_in_two_rooms():
    pages = [door.page for _words, doors in ROOMS for door in doors]
    assert len(pages) == len(set(pages))
    assert all(door.what_for for _words, doors in ROOMS for door in doors)
