"""Nothing personal can be read in a dump, a session, a cache, a log or a file at rest (P5).

A municipality is filled through its own doors and verbs with canaries in every sealed item; then
everything that could leave the house is read as a thief would read it.
"""

import logging
import re
import uuid
from datetime import date, time, timedelta

import pytest
from django.apps import apps
from django.utils import timezone

from booking import lottery
from booking.contacts import Contact
from booking.lottery.drawing import Wish, hash_of
from booking.models import Lottery
from booking.waiting_list import orders
from callcentre import calls, notes, ward_requests, watch_marks
from config.logging import AllowListFormatter
from exchange import intake, rosters, sealing, spool
from exchange.layouts import TARGET_LIST
from exchange.layouts.target_list import TargetRow
from exchange.layouts.writing import write
from frontdoor import gatherings
from notifications import deliveries, senders
from privacy import sealing as columns
from privacy.fields import SealedText
from tenancy.current import serving
from tests import carrying, cast
from tests.house import dump
from tests.serving import desk
from tests.unit.booking.views.conftest import Visitor, far
from venues import programmes

answering, here = carrying.answering, carrying.here

PEOPLE = {
    "name": "金糸雀ヶ丘　啼子",
    "other name": "鶸山　囀太郎",
    "born on": "1931-07-23",
    "other born on": "1932-09-17",
    "address": "見本県見本市金糸雀町７番地８（ダミー）",
    "voucher": "9997654321",
    "other voucher": "9997654399",
    "postal code": "199-9476",
}
TYPED = {
    "phone": "+817099981234",
    "phone as typed": "070-9998-1234",
    "other phone": "+817099985678",
    "mail": "kanaria.naku@dummy.example",
    "other mail": "hiwa.saezuru@dummy.example",
    "caller number": "+815099983333",
    "note": "金糸雀の籠の話をした",
    "request": "鶸の巣箱について区に尋ねたい",
    "request phone": "+815099984444",
    "request voucher": "9997650001",
    "reason of a mark": "金糸雀を追う記者がいる",
    "reason of its end": "鶸の巣立ちを見届けた",
}
SECRETS = {
    "file password": "canary-password-of-the-clerk",
    "second file password": "another-canary-password",
    "one-time secret": "KANARIAKANARIAKANARIAKANARIA2345",
    "carrier token": "canary-token-of-the-carrier",
}
CANARIES = PEOPLE | TYPED | SECRETS


def row(number, name, born_on):
    address, postal_code = PEOPLE["address"], PEOPLE["postal code"]
    return TargetRow("1", "999997", number, "", name, born_on, "2", postal_code, address, "0", "1")


@pytest.fixture
def everything_said():
    """Every log line of this test, as it is written in production."""

    class Kept(logging.Handler):
        def __init__(self):
            super().__init__(logging.DEBUG)
            self.lines = []
            self.setFormatter(AllowListFormatter())

        def emit(self, record):
            self.lines.append(self.format(record))

    kept, root = Kept(), logging.getLogger()
    before = root.level
    root.addHandler(kept)
    root.setLevel(logging.DEBUG)
    yield kept.lines
    root.removeHandler(kept)
    root.setLevel(before)


@pytest.fixture
def filled(live_municipalities, settings, tmp_path, here, everything_said):
    """見本市 after a busy day; returns the addresses and folders of this run."""
    settings.WAKU_SPOOL = tmp_path / "spool"
    settings.WAKU_CARRIER_URL = here.url
    settings.MAILERS = {"default": {"OPTIONS": {"host": "127.0.0.1", "port": here.mail_port}}}
    here.carrier.accounts = {carrying.SID: SECRETS["carrier token"]}
    with serving(live_municipalities.mihon):
        places = open_places()
        receive_lists(tmp_path)
        residents_book(places)
        staff_work()
        records_are_marked()
        a_lottery()
        messages_leave()
        rosters_are_made(places)
        people_gather()
    return live_municipalities


def receive_lists(folder):
    """One list is taken in, a second one lies unlocked with its password."""
    officers = [cast.staff("ward_officer") for _ in range(2)]
    at = timezone.now()
    lists = {
        "file password": [
            row(PEOPLE["voucher"], PEOPLE["name"], PEOPLE["born on"]),
            row(PEOPLE["other voucher"], PEOPLE["other name"], PEOPLE["other born on"]),
        ],
        "second file password": [row("9997654377", "鶸山　三羽", "1933-03-03")],
    }
    for which, rows in lists.items():
        path, content = folder / uuid.uuid4().hex, b"".join(write(layout=TARGET_LIST, rows=rows))
        sealing.seal_like_a_clerk(
            chunks=[content], name="meibo.csv", to=path, password=SECRETS[which], at=at
        )
        declared = intake.Declared(
            base_date=date(2026, 5, 1), rows=len(rows), encoding="utf-8", is_dummy=True
        )
        spooled = spool.keep([path.read_bytes()])
        path.unlink()
        parcel = intake.receive(spooled=spooled, declared=declared, by=officers[0], at=at)
        intake.unlock(parcel=parcel, password=SECRETS[which], by=officers[1], at=at)
        intake.check(parcel_id=parcel.pk, at=at)
        parcel.refresh_from_db()
        if which == "file password":
            intake.commit(parcel=parcel, by=officers[1], at=at)
            intake.apply(parcel_id=parcel.pk, at=at)
            parcel.refresh_from_db()
            assert parcel.state == "applied", parcel.closing_words


def open_places():
    cast.everybody_may_book()
    hall = cast.venue()
    first = cast.slot(day=far(1), venue_=hall, at=time(16, 0), web=4)[1]
    return first, cast.slot(day=far(35), venue_=hall)[1]


def residents_book(places):
    """One books, looks at it again and changes the contact; another waits for a place."""
    one, other = Visitor(), Visitor()
    for visitor, number, born, phone, mail in (
        (one, "voucher", "born on", "phone as typed", "mail"),
        (other, "other voucher", "other born on", "other phone", "other mail"),
    ):
        year, month, day = PEOPLE[born].split("-")
        typed = {
            "voucher": PEOPLE[number], "born_on_year": year, "born_on_month": month,
            "born_on_day": day, "born_on_era": "西暦",
        }  # fmt: skip
        answer = visitor.post("/sign-in/", **typed)
        assert answer.status_code == 302
        for dose, bucket in enumerate(places, start=1):
            assert visitor.choose(dose, bucket).status_code == 302
        answer = visitor.leave_contact(phone=TYPED[phone], email=TYPED[mail])
        assert answer["Location"] == "/confirm/"
    assert one.confirm()["Location"] == "/done/"
    assert re.search(r"\d{4}-\d{6}-[A-Z]", one.get("/done/").text)
    assert other.get("/confirm/").status_code == 200
    answer = other.post(
        "/waiting/1/", phone=TYPED["other phone"], email=TYPED["other mail"], reach="written",
        notice=1, notice_hours=3, first_day=far(1).isoformat(), last_day=far(60).isoformat(),
    )  # fmt: skip
    assert answer["Location"] == "/waiting/"
    return one, other


def staff_work():
    """An operator with a second factor takes a call, writes a note and asks the ward."""
    from privacy import second_factor

    operator, at = cast.staff("operator"), timezone.now()
    second_factor.keep(staff=operator, secret=SECRETS["one-time secret"], at=at)
    assert desk(operator).get("/").status_code == 200
    call = calls.start(caller_number=TYPED["caller number"], by=operator, at=at)
    ward_requests.ask(
        call=call, question="other", voucher_number=TYPED["request voucher"],
        phone=TYPED["request phone"], text=TYPED["request"], by=operator, at=at,
    )  # fmt: skip
    officer = cast.staff("ward_officer")
    orders.set_order(way="lottery", shown=None, reason="試験", by=officer, at=at)
    calls.wrap_up(call=call, by=operator, at=at)
    notes.write(
        call=call, reason="other", outcome="answered", text=TYPED["note"], by=operator, at=at
    )


def records_are_marked():
    """The ward marks a record and lifts the mark."""
    officer, at = cast.staff("ward_officer"), timezone.now()
    number, reason = PEOPLE["voucher"], TYPED["reason of a mark"]
    mark = watch_marks.set_on(number=number, reason=reason, by=officer, at=at)
    reason = TYPED["reason of its end"]
    watch_marks.lift(mark_id=mark.pk, reason=reason, by=officer, at=at)


def a_lottery():
    """A lottery is announced, and somebody applies with a contact."""
    at, first, second = timezone.now(), cast.staff("ward_officer"), cast.staff("ward_officer")
    made = Lottery(
        name="抽選", vaccine=cast.vaccine(), programme_id=programmes.first(), day_from=far(9),
        day_until=far(40), opens_at=at - timedelta(hours=1), closes_at=at + timedelta(days=3),
        seed="0" * 64, seed_hash=hash_of("0" * 64),
    )  # fmt: skip
    row = lottery.draft(lottery=made, by=first, at=at)
    row.state, row.announced_by, row.announced_at = "announced", second, at
    row.save()
    lottery.apply(
        lottery=row, resident=cast.resident(), wishes=[Wish()],
        contact=Contact(TYPED["phone"], TYPED["mail"]), notice_version=1, at=at,
    )  # fmt: skip


def messages_leave():
    """What is due leaves by the carrier; a mail waits."""
    carrying.set_up_sender(sms_token=SECRETS["carrier token"])
    senders.forget_kept()
    assert deliveries.deliver_due(at=timezone.now()) > 0
    recipient, subject = TYPED["mail"], PEOPLE["name"]
    carrying.promise(at=timezone.now(), carrier="mail", recipient=recipient, subject=subject)


def people_gather():
    """An opening moment is planned; its seed is nobody's to read before."""
    at = timezone.now()
    opens_at, gathers_from = at + timedelta(hours=2), at + timedelta(hours=1)
    gatherings.plan(
        opens_at=opens_at, gathers_from=gathers_from, by=cast.staff("ward_officer"), at=at
    )


def rosters_are_made(places):
    parcel = rosters.ask(
        day=far(1), purpose="visit_day", by=cast.staff("ward_officer"), at=timezone.now()
    )
    rosters.build(parcel_id=parcel.pk, at=timezone.now())
    parcel.refresh_from_db()
    assert parcel.rows == 1


class TestADump:
    def test_shows_nobody(self, filled, everything_said, settings, servers):
        database = dump.of_database(filled.superuser_url)
        at_rest = b"".join(p.read_bytes() for p in settings.WAKU_SPOOL.rglob("*.sealed"))
        servers_log = servers.postgres.log.read_bytes()
        spoken = " ".join(CANARIES.values())
        logging.getLogger("booking").warning("somebody %s", spoken, extra={"recipient": spoken})
        said = "\n".join(everything_said).encode()

        assert len(database) > 10_000 and len(at_rest) > 1000
        assert b"WARNING booking somebody" in said, "the log was listened to"
        assert dump.found_in(database, CANARIES) == set()
        assert dump.found_in(dump.of_valkey(filled.valkey_url), CANARIES) == set()
        assert dump.found_in(at_rest, CANARIES) == set()
        assert dump.found_in(servers_log, CANARIES) == set()
        assert dump.found_in(said, CANARIES) == set()

    def test_was_taken_of_every_sealed_item(self, filled):
        """What nobody filled proves nothing."""
        empty = []
        with serving(filled.mihon):
            for model in apps.get_models():
                for field in model._meta.concrete_fields:
                    if isinstance(field, SealedText):
                        rows = model._base_manager.exclude(**{f"{field.name}__isnull": True})
                        if not rows.exists():
                            empty.append(f"{model._meta.label}.{field.name}")

        assert empty == []

    def test_shows_everybody_where_nothing_is_sealed(self, live_municipalities, monkeypatch):
        """The danger is real: the same reading finds what lies open."""
        monkeypatch.setattr(columns, "seal", lambda text, **_place: columns.VERSION + text.encode())
        with serving(live_municipalities.mihon):
            cast.resident(
                name=PEOPLE["name"], born_on=date.fromisoformat(PEOPLE["born on"]),
                address=PEOPLE["address"], phone=TYPED["phone"], voucher_number=PEOPLE["voucher"],
            )  # fmt: skip

        found = dump.found_in(dump.of_database(live_municipalities.superuser_url), CANARIES)

        assert found >= {"name", "born on", "address", "phone", "voucher"}


class TestReadingAsAThief:
    def test_finds_what_is_wrapped(self):
        import base64
        import json
        import zlib

        inside = json.dumps({"contact": PEOPLE["name"]}).encode()
        packed = base64.urlsafe_b64encode(zlib.compress(inside)).rstrip(b"=")
        dumped = b"COPY x\n\\\\x" + (b"." + packed + b":1a2b3c:sig").hex().encode() + b"\n"

        assert dump.found_in(dumped, {"name": PEOPLE["name"]}) == {"name"}

    def test_finds_a_session_as_django_writes_it(self, served):
        from tenancy.session_store import SessionStore

        session = SessionStore()
        text = session.encode({"contact": TYPED["phone"] * 9})

        assert dump.found_in(text.encode(), {"phone": TYPED["phone"]}) == {"phone"}
