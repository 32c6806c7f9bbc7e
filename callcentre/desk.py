"""Question: everything one operator needs about one caller, and nothing before it may be seen."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.utils.timezone import localdate

from booking import reservations, waiting_list
from booking.change_limits import LaterChoices, Limit
from booking.models import Reservation, Resident, Voucher, WaitingListEntry, WaitingListOffer
from booking.rulebook import Course, rulebook
from callcentre import calls, desk_states, keeping, leases, notes, openings
from callcentre.keeping import Kept
from callcentre.models import Call, CallParty, DeskState, Lease
from callcentre.notes import Done
from callcentre.refusals import HeldByOther, SupervisorNeeded
from privacy.masking import Shown, shown
from shared.calendar import age_on
from tenancy.models import Staff


@dataclass(frozen=True)
class Card:
    """A resident as somebody who has identified them may see them."""

    name: str
    born_on: date | str
    age: int | None
    phone: str
    email: str
    voucher: str
    voucher_is_live: bool
    status: str
    language: str
    reservations: tuple[Reservation, ...]
    offers: tuple[WaitingListOffer, ...] = ()
    kept: Kept | None = None
    waiting: tuple[WaitingListEntry, ...] = ()
    limits: dict[UUID, Limit] = field(default_factory=dict)
    seen_at: datetime | None = None

    def later_of(self, reservation_id: UUID | None) -> LaterChoices:
        """What may become of the later doses, should this one be cancelled."""
        found = next((one for one in self.reservations if one.pk == reservation_id), None)
        if found is None or self.seen_at is None:
            return LaterChoices(())
        held = list(self.reservations)
        return reservations.later_choices_of(found, held, at=self.seen_at)

    @property
    def may_book(self) -> bool:
        """Whether the record lets this person be booked at all."""
        return self.status == Resident.StatusFlag.NONE and self.voucher_is_live


@dataclass(frozen=True)
class Desk:
    """One operator's desk at one moment."""

    staff: Staff
    state: DeskState | None
    call: Call | None = None
    parties: tuple[CallParty, ...] = ()
    party: CallParty | None = None
    card: Card | None = None
    held_by: str = ""
    is_unopened: bool = False  # only a supervisor opens this record
    done: tuple[Done, ...] = field(default_factory=tuple)


def picture(*, party_id: UUID | None = None, by: Staff, at: datetime) -> Desk:
    """The desk as it is now. A card is shown with the identity proven and the lease held only."""
    state, call = desk_states.now_of(by), calls.open_of(by)
    if call is None:
        return Desk(by, state)
    parties = tuple(call.parties.select_related("resident"))
    party = _chosen(parties, party_id)
    done = tuple(notes.done_in(call))
    try:
        card, held_by = _card(call, party, by=by, at=at)
    except SupervisorNeeded:
        assert party is not None
        openings.ask(party=party, by=by, at=at)
        return Desk(by, state, call, parties, party, is_unopened=True, done=done)
    return Desk(by, state, call, parties, party, card, held_by, done=done)


def course_for(vaccine_id: int | None, day: date, programme_id: int | None = None) -> Course | None:
    """The rules of a vaccine, or of any in force where none is chosen yet."""
    courses = [
        one
        for one in rulebook().courses
        if one.effective_from <= day
        and vaccine_id in {None, one.vaccine_id}
        and programme_id in {None, one.programme_id}
    ]
    return max(courses, key=lambda one: one.effective_from, default=None)


def lease_of(party: CallParty, *, at: datetime) -> Lease | None:
    """Who holds the resident now, if anybody."""
    return leases.holder_of(party.resident_id, at=at)


def _chosen(parties: tuple[CallParty, ...], party_id: UUID | None) -> CallParty | None:
    named = next((one for one in parties if one.pk == party_id), None)
    return named or (parties[-1] if parties else None)


def _card(
    call: Call, party: CallParty | None, *, by: Staff, at: datetime
) -> tuple[Card | None, str]:
    if party is None or not call.is_live:
        return None, ""
    if not party.has_passed:
        holder = leases.holder_of(party.resident_id, at=at)
        return None, holder.holder.display_name if holder and holder.call_id != call.pk else ""
    try:
        leases.take(resident_id=party.resident_id, call=call, by=by, at=at)
    except HeldByOther as held:
        return None, held.holder
    return card_of(party.resident, by=by, at=at), ""


def card_of(resident: Resident, *, by: Staff, at: datetime) -> Card:
    """The card, each item as the role may see it; whoever asks has logged the look."""
    vouchers = list(Voucher.objects.filter(resident=resident).order_by("-is_live", "-issued_at"))
    voucher = vouchers[0] if vouchers else None
    born_on, held = resident.born_on, reservations.live_of(resident.pk)
    limits = {one.pk: reservations.move_limit(one, at=at) for one in held}
    return Card(
        name=shown(Shown.NAME, resident.name, role=by.role),
        born_on=born_on,
        age=age_on(born_on, localdate(at)) if isinstance(born_on, date) else None,
        phone=shown(Shown.PHONE, resident.phone, role=by.role),
        email=shown(Shown.EMAIL, resident.email, role=by.role),
        voucher=shown(Shown.VOUCHER, voucher.voucher_number if voucher else "", role=by.role),
        voucher_is_live=bool(voucher and voucher.is_live),
        status=resident.status_flag,
        language=resident.language,
        reservations=tuple(held),
        offers=tuple(waiting_list.offers_of(resident_id=resident.pk, at=at)),
        kept=keeping.standing(resident_id=resident.pk, at=at),
        waiting=tuple(waiting_list.standing(resident_id=resident.pk)),
        limits={pk: limit for pk, limit in limits.items() if limit},
        seen_at=at,
    )
