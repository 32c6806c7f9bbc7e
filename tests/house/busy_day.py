"""A town after a busy day: something real behind every address that the house has.

`fill` makes it through the house's own verbs; `Town.paths` names the true addresses of a door, so
that a walk meets pages and not "not found".
"""

import re
import uuid
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone

from booking import mailings, rulebook
from booking.models import (
    BookingRules,
    Lottery,
    Mailing,
    PriorityGroup,
    ReleaseRow,
    Resident,
    VaccineCourse,
    Voucher,
)
from callcentre import calls, identity_checks, parties
from callcentre.identity import Item
from callcentre.models import CallNote, CallParty, WardRequest, WatchMark
from exchange import handover, handover_steps, incident_packs, media, print_logs
from exchange.models import HandoverRecord, Medium, Parcel, PrintLogEntry
from privacy import access_log, alerts
from privacy.incidents import Scope
from privacy.models import Alert, LookReview
from tenancy import accounts, standings
from tenancy.models import Handler, SecondFactorReset, StageRequest
from tenancy.permissions import Role, allows
from tests import carrying, cast
from tests.house import test_dump as day
from tests.serving import desk
from tests.unit.booking.views.conftest import Visitor, typed
from venues.models import Allowance, Opening, Slot, Vaccine, Venue

here_and_answering = carrying.answering, carrying.here  # fixtures of whoever fills a town
NOBODY = {
    "int": "987654321",
    "dose": "9",
    "uuid": str(uuid.UUID(int=7)),
    "str": "x",
    "slug": "x",
    "path": "x",
}
GAP = re.compile(r"<(?:(\w+):)?(\w+)>")
SET = {"dose_number": 1, "iso": "2026-06-15", "channel": "web"}


@dataclass
class Town:
    """Who works here, and the ids of what there is."""

    staff: dict[str, object] = field(default_factory=dict)
    ids: dict[str, object] = field(default_factory=dict)
    visitors: dict[str, Visitor] = field(default_factory=dict)
    clients: dict[object, object] = field(default_factory=dict)

    def path(self, door):
        """A true address of this door."""
        return "/" + GAP.sub(lambda gap: str(self._value(door, *gap.groups())), door.route)

    def knows(self, door):
        """Whether that address leads to something; a door with a gap that nobody named does not."""
        return all(
            name in SET or self._beginning(door, name) for _, name in GAP.findall(door.route)
        )

    def _beginning(self, door, gap):
        return next(
            (one for one in self.ids if f"{one}<" in door.route and f"{gap}>" in door.route), None
        )

    def _value(self, door, kind, gap):
        beginning = self._beginning(door, gap)
        if beginning is None:
            return SET.get(gap, NOBODY[kind or "str"])
        value = self.ids[beginning]
        return value[gap] if isinstance(value, dict) else value

    def client(self, door):
        """Somebody who may open it."""
        role = None
        if door.kind == "staff" and door.policy.audience == "staff":
            role = next(one for one in Role.values if allows(one, door.policy.permission))
        return self.client_of(role, kind=door.kind)

    def client_of(self, role, *, kind="staff"):
        """One browser of each role: a third sign-in of one account would end the first."""
        if (role, kind) not in self.clients:
            self.clients[role, kind] = desk(self.staff.get(role), kind=kind)
        return self.clients[role, kind]


def of_nobody(door):
    """An address of this door that leads to nothing."""
    return "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda gap: NOBODY[gap[1] or "str"], door.route)


def fill_at_home(settings, folder, here):
    """`fill`, with the spool and the carriers of a test."""
    settings.WAKU_SPOOL = folder / "spool"
    settings.WAKU_CARRIER_URL = here.url
    settings.MAILERS = {"default": {"OPTIONS": {"host": "127.0.0.1", "port": here.mail_port}}}
    here.carrier.accounts = {carrying.SID: day.SECRETS["carrier token"]}
    return fill(folder)


def fill(folder):
    """見本市, served now, after that day; `folder` is the test's own."""
    town = Town()
    town.staff = {role: cast.staff(role, display_name=f"試験 {role}") for role in Role.values}
    town.staff["second officer"] = cast.staff("ward_officer")
    places = day.open_places()
    day.receive_lists(folder)
    done, confirming = day.residents_book(places)
    day.staff_work()
    day.a_lottery()
    day.messages_leave()
    day.rosters_are_made(places)
    _places(town)
    _calls(town)
    _waiting(town)
    _families_may_book()
    town.visitors = {"done": done, "confirming": confirming, "changing": _changing()}
    town.ids = ids(town)
    return town


def _calls(town):
    """A call with somebody known, a check that failed, somebody to be told."""
    at = timezone.now()
    people = [cast.resident(name=f"見本　{name}") for name in ("一", "二", "三")]
    for who, resident, is_right in (
        ("operator", people[0], True),
        ("supervisor", people[1], False),
    ):
        by = town.staff[who]
        call = calls.read_notice(call=calls.start(by=by, at=at), by=by)
        clues = parties.Clues(number=resident.voucher_number_for_test)
        (found,) = parties.look_for(call=call, clues=clues, by=by, at=at)
        party = parties.bring_in(call=call, found=found, by=by, at=at)
        for _ in range(1 if is_right else 3):
            right = {
                Item.NAME: resident.name,
                Item.BORN_ON: resident.born_on,
                Item.VOUCHER: clues.number,
            }
            answers = right if is_right else {Item.NAME: "だれか"}
            identity_checks.answer(party=party, answers=answers, by=by, at=at)
    cast.reservation(people[2], bucket=cast.slot(day=day.far(9), bookable_from=at)[1], at=at)
    Resident.objects.filter(pk=people[2].pk).update(status_flag="1")
    carrying.promise(state="failed", person_id=people[2].pk, at=at)


def _places(town):
    """A plan that is not armed, an allowance that waits, a place offered, a day given up."""
    from booking import transfers, waiting_list
    from booking.contacts import Contact
    from booking.models import ReleasePlan
    from venues import allowances, slots

    officer, at = town.staff["ward_officer"], timezone.now()
    until = at + timedelta(days=20)
    plan = ReleasePlan.objects.create(
        name="試験の計画", announced_at=until, day_from=day.far(20), day_until=day.far(21),
        edited_by=officer, edited_at=at,
    )  # fmt: skip
    ReleaseRow.objects.create(
        plan=plan, day_from=plan.day_from, day_until=plan.day_until, opens_at=until
    )
    _, web, _ = cast.slot(day=day.far(20), bookable_from=at)
    allowances.sign(bucket=web, places=1, until=web.slot.ends_at, reason="試験", by=officer, at=at)
    waiting_list.join(
        resident_id=cast.resident(name="見本　五").pk,
        wish=waiting_list.WaitingWish(1, (), day.far(20), day.far(20), 1, "call"),
        contact=Contact(phone="+81399990001"), by=None, at=at,
    )  # fmt: skip
    slots.lock(bucket_ids=[web.pk])
    waiting_list.offer_places(bucket_ids=[web.pk], at=at)
    given_up, former, _ = cast.slot(day=day.far(22), bookable_from=at)
    cast.reservation(cast.resident(name="見本　六"), bucket=former, at=at)
    made = transfers.begin(
        opening=given_up.opening, wish=transfers.TransferWish(), reason="試験", by=officer, at=at
    )
    transfers.work(transfer_id=made.pk, at=at)


def _families_may_book():
    row = standings.standing()
    row.proxy_allowed = True
    row.save()
    rulebook.booking_rules()
    BookingRules.objects.update(group_on_web=True)
    rulebook.forget_kept()


def _changing():
    """A resident who has come in to change."""
    resident, visitor = cast.resident(name="見本　四"), Visitor()
    bucket = cast.slot(day=day.far(12), bookable_from=timezone.now())[1]
    held = cast.reservation(resident, bucket=bucket, at=timezone.now())
    number = held.reservation_number
    answer = visitor.post("/change/", **typed(resident.voucher_number_for_test, reservation=number))
    assert answer["Location"] == "/mine/"
    return visitor


def _waiting(town):
    """What waits for a second person."""
    officer, at = town.staff["ward_officer"], timezone.now()
    matter = alerts.Matter(kind=Alert.Kind.NO_CALL, subject=str(town.staff["operator"].pk), count=3,
                           staff_id=town.staff["operator"].pk)  # fmt: skip
    alerts.raise_about(matter, at=at)
    accounts.ask_reset(
        staff=town.staff["operator"], reason="電話をなくした", by=town.staff["supervisor"], at=at
    )
    standings.ask_stage(to=standings.following(), reason="リハーサル", by=officer, at=at)
    scope = Scope(begins=at - timedelta(hours=1), ends=at)
    _mailing(officer, at)
    incident_packs.ask(wish=incident_packs.Wish(scope, "調査", at), by=officer, at=at)
    assert HandoverRecord.objects.exists(), handover
    given = media.Given("D-1", "DVD-R", "TGT", "A", "B", at.date() - timedelta(days=1))
    held = media.enter(given=given, by=officer, at=at)
    other = town.staff["contractor"]
    handover_steps.give(medium=held, thing="data", rows=9, taken_by=other, by=officer, at=at)
    said = print_logs.Printed("PC-1", at - timedelta(hours=1), "PRT_1", "PRINTER-A", 10, 10)
    print_logs.enter(printed=said, by=officer, at=at)


def _mailing(officer, at):
    """Envelopes on their way, one of them of somebody who has moved, and somebody left out."""
    vouchers = list(Voucher.objects.filter(is_live=True).order_by("pk"))
    plan = mailings.Plan("第1便", timezone.localdate(), timezone.localdate())
    made = mailings.begin(plan=plan, number="P20260101-001", by=officer, at=at)
    *sent, last = [one.pk.bytes for one in vouchers]
    counts = {"no_postal": 1}
    mailings.enclose(mailing=made, vouchers=sent, left_out={last: "no_postal"}, counts=counts)


def ids(town):
    """By the beginning of a route: what stands in its gap."""
    message = day.apps.get_model("notifications.Message").objects.filter(state="failed").latest("created_at")  # fmt: skip
    received = Parcel.objects.filter(direction="in")
    return {
        "closures/": Opening.objects.latest("pk").pk,
        "transfers/": _line(),
        "releases/": {"pk": ReleaseRow.objects.latest("pk").plan_id, "row_pk": ReleaseRow.objects.latest("pk").pk},
        "venues/allowances/": Allowance.objects.latest("pk").pk,
        "to-decide/": _flagged(),
        "rules/stop/": "web", "rules/resume/": "web",
        "rules/groups/": PriorityGroup.objects.latest("pk").pk,
        "rules/courses/": VaccineCourse.objects.latest("pk").pk,
        "rules/changes/": VaccineCourse.objects.latest("pk").programme_id,
        "call-list/": message.pk, "console/calls/outbound/": message.pk,
        "console/parties/": CallParty.objects.get(call__operator=town.staff["operator"]).pk,
        "console/board/checks/": CallParty.objects.get(call__operator=town.staff["supervisor"]).pk,
        "console/board/records/": _marked(town),
        "console/watch-marks/": WatchMark.objects.get().pk,
        "reviews/": _reviewed(),
        "console/notes/": CallNote.objects.latest("pk").pk,
        "console/ward-requests/": WardRequest.objects.latest("pk").pk,
        "vouchers/": Voucher.objects.latest("issued_at").pk,
        "prints/": Mailing.objects.latest("made_at").pk,
        "files/layouts/": {"layout_id": "TGT", "version": 1},
        "files/": received.latest("pk").pk,
        "rosters/": Parcel.objects.exclude(direction="in").latest("pk").pk,
        "ledger/media/": Medium.objects.latest("entered_at").pk,
        "print-log/": PrintLogEntry.objects.latest("pk").pk,
        "handovers/": HandoverRecord.objects.latest("pk").pk,
        "message-templates/": {"kind": "confirmed", "carrier": "sms", "language": "ja"},
        "alerts/": Alert.objects.latest("pk").pk,
        "account/passkeys/": 1,
        "handlers/": Handler.objects.latest("pk").pk,
        "staff/": town.staff["operator"].pk,
        "resets/": SecondFactorReset.objects.latest("pk").pk,
        "stage/": StageRequest.objects.latest("pk").pk,
        "venues/vaccines/": Vaccine.objects.latest("pk").pk,
        "venues/openings/": Opening.objects.latest("pk").pk,
        "venues/slots/": Slot.objects.latest("pk").pk,
        "lotteries/": Lottery.objects.latest("opens_at").pk,
        "lottery/": Lottery.objects.latest("opens_at").pk,
        "venues/": Venue.objects.latest("pk").pk,
    }  # fmt: skip


def _marked(town):
    """A call waits for a supervisor, for somebody whom the ward has marked."""
    from callcentre import openings, watch_marks

    party, at = CallParty.objects.get(call__operator=town.staff["supervisor"]), timezone.now()
    resident = party.resident
    number = resident.vouchers.first().voucher_number
    watch_marks.set_on(number=number, reason="試験の理由", by=town.staff["ward_officer"], at=at)
    openings.ask(party=party, by=town.staff["supervisor"], at=at)
    return party.pk


def _reviewed():
    """A look of yesterday that somebody must explain; another was explained."""
    from privacy import reviews

    for days in (2, 3):
        at = timezone.now() - timedelta(days=days)
        access_log.record(what="view", resident_id=uuid.uuid4(), by=cast.staff("operator"), at=at)
    reviews.draw_due(at=timezone.now())
    reviews.review(
        found=LookReview.objects.earliest("happened_at"), verdict="explained",
        words="通話の記録と合う。", by=cast.staff("supervisor"), at=timezone.now(),
    )  # fmt: skip
    return LookReview.objects.latest("happened_at").pk


def _line():
    from booking.models import TransferLine

    line = TransferLine.objects.get()
    return {"pk": line.transfer_id, "line_pk": line.pk}


def _flagged():
    from booking.models import Reservation

    return Reservation.objects.filter(resident__status_flag="1").latest("pk").pk
