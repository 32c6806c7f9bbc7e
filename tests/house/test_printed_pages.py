"""Whatever staff print says on every sheet who opened it and when (S-93, T07)."""

import re

import pytest

from tests import cast
from tests.house import busy_day
from tests.house.busy_day import here_and_answering
from tests.house.doors import addresses
from tests.house.sources import ROOT, assert_none
from tests.serving import desk

answering, here = here_and_answering
BASE = "ui/base_staff.html"
EXTENDS = re.compile(r'{%\s*extends "([^"]+)"')
# What a resident prints about himself, on the residents' host.
RESIDENTS_OWN = {"booking/done.html", "booking/mine.html", "booking/together/done.html"}


def unmarked(html, staff):
    """Whether a whole page lacks the name of whoever opened it."""
    found = re.search(r"data-printed-by[^>]*>(.*?)</p>", html, flags=re.DOTALL)
    whole = "<html" in html
    return whole and not (
        found and staff.login_name in found[1] and re.search(r"\d\d:\d\d:\d\d", found[1])
    )


def templates():
    return {
        str(path).split("/templates/")[1]: path.read_text()
        for path in ROOT.glob("*/templates/**/*.html")
    }


def roots(name, every):
    """The page a template is dressed in."""
    above = EXTENDS.search(every[name])
    return roots(above[1], every) if above and above[1] in every and name != BASE else name


@pytest.fixture
def town(served, settings, tmp_path, here):
    return busy_day.fill_at_home(settings, tmp_path, here)


class TestPages:
    def test_of_staff_name_who_opened_them_on_every_sheet(self, town):
        wrong, seen = [], set()
        for door in addresses("staff"):
            if door.policy.audience != "staff":
                continue
            client = town.client(door)
            answer = client.get(town.path(door))
            if answer.status_code != 200 or "text/html" not in answer["Content-Type"]:
                continue
            staff = answer.wsgi_request.user
            seen |= {one.name for one in answer.templates if one.name}
            wrong += [str(door)] if unmarked(answer.content.decode(), staff) else []

        assert wrong == []
        assert {"tenancy/handlers/printed.html", "booking/transfers/printed.html"} <= seen

    def test_that_are_made_to_be_printed_are_dressed_as_staff_s(self):
        every = templates()
        made = {
            name for name, text in every.items() if "print_button" in text and "gallery" not in name
        }

        assert_none(name for name in made - RESIDENTS_OWN if roots(name, every) != BASE)
        assert made >= RESIDENTS_OWN

    def test_the_mark_is_drawn_on_paper_only(self):
        css = (ROOT / "shared/static/ui/print.css").read_text()
        on_paper, on_screen = css.split(".only-print, .printed-by", 1)

        assert re.search(r"\.printed-by \{ position: fixed;[^}]*display: grid !important", on_paper)
        assert on_screen.strip().startswith("{ display: none; }")

    def test_a_page_without_the_mark_is_found(self, served):
        staff = cast.staff("ward_officer")
        page = desk(staff).get("/handovers/").content.decode()

        assert not unmarked(page, staff)
        assert unmarked(page.replace("data-printed-by", ""), staff)
        assert unmarked(page, cast.staff("ward_officer"))
