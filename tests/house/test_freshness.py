"""Whatever changes settings or hands data out wants a fresh second factor, or says why not (T49).

Every door of the staff host that takes something is either fresh or has its reason here: a new
one is found on the day it is made.
"""

import inspect
import re

from tenancy.policies import Fresh, policy, staff_may
from tests.house.doors import Door
from tests.house.sources import assert_none
from tests.house.test_policies import ask, everyone, holder, staff_doors  # noqa: F401 - a fixture

CALL = "A call is going on: the caller waits. What is done is about one person, logged, and taken back by the next call."
PLACES = "Work of every hour on places, with a reason and a history; nothing is given out."
BRAKE = "A brake: it stops at once. Opening again wants the second factor."
FILES = (
    "Takes in and gives nothing out; the commit, the release and the fetch want the second factor."
)
OWN = "Asks for a code, or shows nothing but one's own."
LEFTOVERS = "Minutes count: the dose spoils. It tells who waits and takes nothing from anybody."
FOLLOW_UP = "Writes down what was done about one matter; gives nothing out."

EVERYDAY = {
    "step-up/": OWN, "step-up/passkey/": OWN, "account/recovery-codes/": OWN, "session/": OWN,
    "account/sent-too-late/": OWN,
    "account/passkeys/<int>/name/": OWN,
    "console/here/": CALL, "console/take/": CALL, "console/state/": CALL, "console/lease/": CALL,
    "console/calls/start/": CALL, "console/calls/wrap-up/": CALL, "console/calls/end/": CALL,
    "console/calls/outbound/<uuid>/": CALL, "console/find/": CALL,
    "console/parties/<uuid>/answer/": CALL, "console/parties/<uuid>/speaker/": CALL,
    "console/parties/<uuid>/ring-back/": CALL, "console/parties/<uuid>/approve/": CALL,
    "console/parties/<uuid>/let-see/": CALL, "reviews/<uuid>/": FOLLOW_UP,
    "console/parties/<uuid>/take-over/": CALL, "console/parties/<uuid>/claim/": CALL,
    "console/parties/<uuid>/move/": CALL, "console/parties/<uuid>/cancel/": CALL,
    "console/parties/<uuid>/contact/": CALL, "console/look/": CALL,
    "console/parties/<uuid>/offers/<uuid>/": CALL, "console/parties/<uuid>/hold/": CALL,
    "console/together/": CALL,
    "console/parties/<uuid>/hold/extend/": CALL, "console/parties/<uuid>/hold/let-go/": CALL,
    "console/parties/<uuid>/waiting/": CALL, "console/parties/<uuid>/waiting/leave/": CALL,
    "console/ward-requests/ask/": CALL,
    "console/notes/<uuid>/shred/": FOLLOW_UP, "console/ward-requests/<uuid>/close/": FOLLOW_UP,
    "call-list/<uuid>/look/": CALL, "call-list/<uuid>/result/": FOLLOW_UP,
    "alerts/<uuid>/": FOLLOW_UP,
    "access-log/find/": "Finds whose traces are shown, without a name; the name is another door, and fresh.",
    "files/hand-in/": FILES, "files/<uuid>/unlock/": FILES, "files/<uuid>/return/": FILES,
    "rosters/": FILES, "rosters/schedule/retry/": FILES,
    "vouchers/": "Finds one by its number, which is written down; gives nothing out.",
    "prints/<uuid>/mailed/": FOLLOW_UP, "prints/<uuid>/results/": FILES,
    "venues/openings/new/": PLACES, "venues/openings/new/totals/": PLACES,
    "venues/openings/<int>/places/": PLACES, "venues/openings/<int>/change/": PLACES,
    "venues/openings/<int>/shift/": PLACES, "venues/slots/<int>/close/": PLACES,
    "venues/slots/<int>/reopen/": PLACES,
    "leftovers/<int>/": LEFTOVERS, "leftovers/<uuid>/end/": BRAKE,
    "venues/release-rules/<int>/stop/": BRAKE, "venues/allowances/<int>/take-back/": BRAKE,
    "closures/<int>/transfer/": BRAKE, "closures/<int>/": BRAKE, "rules/stop/<str>/": BRAKE, "releases/<uuid>/withdraw/": BRAKE,
}  # fmt: skip
HARMLESS_FILES = {
    "submissions/register.csv": "Which organisation submitted what for which month; nobody's data.",
    "print-log/submission.csv": "Computers, printers, names of files and counts of sheets; nobody's data.",
    "demand/table/": "Counts by the minute, nobody's data.",
    "files/layouts/<str>/<int>/sample.csv": "An empty layout: headings, nobody's data.",
    "files/<uuid>/problems.csv": "Row, column and code of each error, without a value of the list.",
}


def plain(door):
    """The door's route without the names of its parameters."""
    return re.sub(r":\w+>", ">", door.route)


def takes(client, door):
    return ask(client, "post", door.path).status_code != 405


def hands_out(door):
    """Whether a door answers with a file."""
    return "Content-Disposition" in inspect.getsource(inspect.unwrap(door.view))


def unexplained(doors, reasons):
    """Doors that neither want a fresh second factor nor have a reason."""
    return [str(door) for door in doors if not door.policy.fresh and plain(door) not in reasons]


class TestDoors:
    def test_that_take_something_are_fresh_or_say_why_not(self, everyone):  # noqa: F811
        taking = [door for door in staff_doors() if takes(everyone[holder(door)], door)]

        assert_none(unexplained(taking, EVERYDAY))
        stale = {plain(door) for door in taking if not door.policy.fresh}
        assert set(EVERYDAY) - stale == set()

    def test_that_hand_out_a_file_are_fresh_or_say_why_not(self, everyone):  # noqa: F811
        giving = [door for door in staff_doors() if hands_out(door)]

        assert giving
        assert_none(unexplained(giving, HARMLESS_FILES))
        for door in giving:
            if door.policy.fresh == Fresh.TO_CHANGE:  # then reading must give nothing
                assert ask(everyone[holder(door)], "get", door.path).status_code == 405, str(door)


class TestTheLintItself:
    def test_finds_a_new_door(self):
        from tenancy.permissions import Permission

        @policy(staff_may(Permission.EDIT_RULES))
        def careless(_request):
            return {"Content-Disposition": "attachment"}

        door = Door("staff", "rules/export/", "export", careless)

        assert unexplained([door], EVERYDAY) == ["staff:/rules/export/"]
        assert hands_out(door)
