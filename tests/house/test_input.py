"""What comes in and what goes out in tables and addresses (ASVS 1, 2, 5, 14; T10, T11)."""

import ast
import csv
import io
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.layouts.writing import csv_line
from tests import cast
from tests.house.doors import KINDS, addresses
from tests.house.sources import python, templates
from tests.serving import desk

FORMULA = tuple("=+-@\t\r\x00＝＋－＠")
# What may stand in an address: places in a calendar, pages of a list, our own random ids.
IN_ADDRESSES = {
    "slot",
    "attempt", "by", "day", "minutes", "month", "next", "page", "programme", "seq", "since", "slots", "venue", "vaccine",
    "first_day",
}  # fmt: skip
CONVERTERS = {"int", "uuid", "str", "slug", "dose"}  # a dose: its number, its programme before it
PERSONAL = re.compile(r"""name="[^"]*(voucher|birth|phone|mail|kana|address)""")
HUGE = ["9" * 30, "0", "9223372036854775808"]


class TestTables:
    @given(st.lists(st.text(max_size=30), min_size=1, max_size=4))
    @settings(max_examples=300, deadline=None)
    def test_no_cell_begins_a_formula(self, cells):
        written = csv_line([one.replace("\x00", "") for one in cells])
        (read,) = csv.reader(io.StringIO(written, newline=""))

        assert len(read) == len(cells)
        assert not [cell for cell in read if cell.lstrip().startswith(FORMULA)]

    def test_the_danger_is_real(self):
        raw = io.StringIO()
        csv.writer(raw).writerow(['=HYPERLINK("https://evil.example")'])

        assert raw.getvalue().lstrip('"').startswith(FORMULA)


class TestNumbers:
    def test_out_of_range_are_refused_in_words(self, served):
        """In every address that takes a number; and every address with every query at once."""
        asked = []
        for kind in ("staff", "resident"):
            for door in addresses(kind):
                numbers = HUGE if "<int:" in door.route else HUGE[:1]
                for number in numbers:
                    path = "/" + re.sub(r"<int:\w+>", number, door.route)
                    query = "&".join(f"{name}={number}" for name in sorted(IN_ADDRESSES))
                    asked += [(kind, f"{path}?{query}")] if "<" not in path else []
        who = {
            kind: desk(cast.staff("ward_officer") if kind == "staff" else None, kind=kind)
            for kind in ("staff", "resident")
        }
        for client in who.values():
            client.raise_request_exception = False

        assert len(asked) > 60
        assert [path for kind, path in asked if who[kind].get(path).status_code >= 500] == []


class TestAddresses:
    def test_carry_nothing_personal(self):
        read = set()
        for one in python():
            for node in ast.walk(one.tree):
                said = ast.unparse(node) if isinstance(node, ast.Call | ast.Subscript) else ""
                read |= set(re.findall(r"^request\.GET(?:\.get|\.getlist)?[(\[]'(\w+)'", said))
        assert read
        assert read <= IN_ADDRESSES

    def test_of_routes_hold_ids_only(self):
        for kind in KINDS:
            for door in addresses(kind):
                for converter, name in re.findall(r"<(?:(\w+):)?(\w+)>", door.route):
                    assert (converter or "str") in CONVERTERS, str(door)
                    assert not PERSONAL.search(f'name="{name}"'), str(door)

    def test_no_form_puts_what_is_personal_into_one(self):
        for one in templates():
            for form in re.findall(r'<form[^>]*method="get".*?</form>', one.text, re.DOTALL):
                assert not PERSONAL.search(form), one.path


def test_a_personal_field_in_an_address_would_be_found():
    assert PERSONAL.search('<input name="voucher_number">')
