"""The desk's one working screen: which step it is at, what to say, what to show."""

import uuid
from dataclasses import dataclass, replace
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from booking.change_limits import LaterChoices
from booking.models import Reservation, Resident
from booking.presenters.programmes import said
from callcentre import call_script
from callcentre.call_script import Step
from callcentre.desk import Desk
from callcentre.identity import LABELS, Item
from callcentre.models import CallParty
from callcentre.presenters import errand as errands
from callcentre.presenters import picking
from callcentre.presenters.beginnings import about, begun, kept_lines
from callcentre.presenters.errand import Errand
from callcentre.presenters.picking import Picking, ReadBack
from callcentre.presenters.programmes import ProgrammeTab, live_of, programme_of, tabs
from tenancy.models import Standing
from venues.picture import Picture


@dataclass(frozen=True)
class BasketLine:
    """One resident in the call's basket; a name only once they are identified and shown."""

    party: CallParty
    label: str
    url: str
    is_chosen: bool
    tone: str


@dataclass(frozen=True)
class ReservationLine:
    """One reservation with what may be done to it."""

    reservation: Reservation
    programme: str  # its name, where there are several
    move_url: str
    cancel_url: str


@dataclass(frozen=True)
class DeskPage:
    """Everything the template places."""

    desk: Desk
    step: Step
    script: list[str]
    errand: Errand
    basket: list[BasketLine]
    lines: list[ReservationLine]
    picking: Picking | None
    read_back: list[ReadBack]
    request_key: uuid.UUID
    unbooked: tuple[int, ...]
    kept_lines: list[ReadBack]
    programmes: list[ProgrammeTab]

    @property
    def is_kept(self) -> bool:
        """Whether what was chosen so far is held now."""
        kept, chosen = self.desk.card and self.desk.card.kept, self.errand.slots
        return bool(kept and chosen and chosen.items() <= kept.slots.items())

    @property
    def kept_url(self) -> str:
        """Where the errand goes on that the held places are for."""
        return _going_on(self).url()

    @property
    def may_book_more(self) -> bool:
        """Whether a dose has no reservation yet."""
        return bool(self.unbooked)

    @property
    def book_url(self) -> str:
        """Where the doses without a reservation are booked."""
        return self.errand.begin(errands.BOOK).url()

    @property
    def ward_url(self) -> str:
        """Where the ward is asked about this person."""
        return self.errand.begin(errands.WARD).url()

    @property
    def contact_url(self) -> str:
        """Where another telephone number or mail address is put on record."""
        return self.errand.begin(errands.CONTACT).url()

    @property
    def wait_url(self) -> str:
        """Where the person is put on the waiting list; nothing where every dose is seen to."""
        errand = replace(self.errand.begin(errands.WAIT), programme_id=self.errand.programme_id)
        return errand.url() if self.waitable else ""

    @property
    def waitable(self) -> tuple[int, ...]:
        """The doses that are neither booked nor waited for."""
        card = self.desk.card
        programme_id = self.errand.programme_id
        waited = {
            one.dose_number
            for one in (card.waiting if card else ())
            if programme_id in {None, one.programme_id}
        }
        return tuple(dose for dose in self.unbooked if dose not in waited)

    @property
    def only_chosen_url(self) -> str:
        """Go on with the doses chosen so far."""
        return self.errand.only(one.dose for one in self.read_back).url()

    @property
    def skip_url(self) -> str:
        """Leave the first dose out: it was given elsewhere."""
        first_of_two = self.errand.kind == errands.BOOK and len(self.unbooked) > 1
        return (
            self.errand.only(self.unbooked[1:]).url() if first_of_two and not self.read_back else ""
        )

    @property
    def right_items(self) -> list[str]:
        """The items the caller has answered rightly."""
        party = self.desk.party
        return [str(LABELS[Item(one)]) for one in party.right_items] if party else []

    @property
    def changing(self) -> Reservation | None:
        """The reservation that is being moved or cancelled."""
        found = (line.reservation for line in self.lines)
        return next((one for one in found if one.pk == self.errand.reservation_id), None)

    @property
    def given_up(self) -> Reservation | None:
        """The earlier dose that is cancelled together with the move."""
        found = (line.reservation for line in self.lines)
        return next((one for one in found if one.pk == self.errand.cancels), None)

    @property
    def needs_reason(self) -> bool:
        """Whether a limit has passed, so that a reason is kept with the move."""
        card = self.desk.card
        return bool(card and self.errand.reservation_id in card.limits)

    @property
    def later_choices(self) -> LaterChoices:
        """What may become of the later doses, where an earlier one is cancelled."""
        card = self.desk.card
        return card.later_of(self.errand.reservation_id) if card else LaterChoices(())

    @property
    def status_words(self) -> str:
        """Why the record lets nobody book, or nothing."""
        card = self.desk.card
        if card is None or card.may_book:
            return ""
        if card.status == Resident.StatusFlag.NONE:
            return _("接種券が無効になっています。区へ依頼してください。")
        return _("名簿の記録により予約できません。区へ依頼してください。")


def page(
    desk: Desk,
    errand: Errand,
    *,
    picture: Picture,
    standing: Standing,
    today: date,
    found: Step | None = None,
) -> DeskPage:
    """The page for a desk and an errand; `found` is what a look-up came to just now."""
    errand = about(desk, errand)
    card, picked, told_back = desk.card, None, []
    if card is not None:
        errand = replace(errand, programme_id=programme_of(errand, card, today=today))
        live = live_of(errand, card)
        errand = begun(errand, card, live, today=today)
        doses = picking.doses_of(errand, live, today=today)
        told_back = picking.read_back(errand, picture, doses)
        open_doses = [dose for dose in doses if dose not in {one.dose for one in told_back}]
        if errand.kind in {errands.BOOK, errands.MOVE} and open_doses:
            later = card.later_of(errand.cancels)
            picked = picking.picking(
                errand, picture, live, dose=open_doses[0], today=today,
                not_before=later.not_before,
            )  # fmt: skip
    step = found or _step(desk, errand, picked)
    return DeskPage(
        desk=desk,
        step=step,
        script=call_script.lines(step, standing, **_facts(desk, picked)),
        errand=errand,
        basket=[_basket_line(one, desk) for one in desk.parties],
        lines=_lines(desk, errand),
        picking=picked,
        read_back=told_back,
        request_key=uuid.uuid4(),
        unbooked=picking.unbooked(live, errand.programme_id, today=today) if card else (),
        programmes=tabs(errand),
        kept_lines=kept_lines(errand, card, picture),
    )


def _going_on(page: DeskPage) -> Errand:
    """Booking the doses that are held, or moving the reservation of that dose."""
    card = page.desk.card
    slots = card.kept.slots if card and card.kept else {}
    held = next((one.slot.programme_id for one in page.kept_lines), None)
    programme_id = held if page.errand.programme_id else None
    booked = {
        one.dose_number: one.pk
        for one in (card.reservations if card else ())
        if programme_id in {None, one.programme_id}
    }
    moved = next((booked[dose] for dose in slots if dose in booked), None)
    kind = errands.MOVE if moved else errands.BOOK
    doses = () if moved else tuple(sorted(slots))
    errand = replace(page.errand.begin(kind, reservation_id=moved), programme_id=programme_id)
    return replace(errand, doses=doses, slots=slots)


_STEPS = {
    errands.CANCEL: Step.CANCEL,
    errands.TOLD: Step.TOLD,
    errands.WARD: Step.WARD,
    errands.CONTACT: Step.CONTACT,
    errands.WAIT: Step.WAIT,
}


def _step(desk: Desk, errand: Errand, picked: Picking | None) -> Step:  # noqa: PLR0911 - one line a step
    if desk.call is None:
        return Step.READY
    if not desk.call.is_live:
        return Step.WRAP_UP
    if desk.party is None:
        return Step.FIND if desk.call.notice_version else Step.NOTICE
    if desk.card is None:
        return Step.UNOPENED if desk.is_unopened else _step_before_the_card(desk.party)
    if picked is not None:
        return Step.PICK_NEXT if picked.chosen else Step.PICK
    if errand.kind in {errands.BOOK, errands.MOVE}:
        return Step.CONFIRM
    return _STEPS.get(errand.kind, Step.CARD)


def _step_before_the_card(party: CallParty) -> Step:
    if party.identity == CallParty.Identity.ESCALATED:
        return Step.ESCALATED
    # Who is held by somebody else may be asked meanwhile; only the record waits.
    return Step.HELD if party.has_passed else Step.IDENTITY


def _facts(desk: Desk, picked: Picking | None) -> dict[str, str]:
    first = picked.suggestions[0] if picked and picked.suggestions else None
    return {
        "operator": desk.staff.display_name,
        "name": desk.card.name if desk.card else "",
        "earliest": picking.said(first.slot, first.venue) if first else "",
    }


_TONES = {"asking": "caution", "passed": "positive", "escalated": "negative"}


def _basket_line(party: CallParty, desk: Desk) -> BasketLine:
    is_chosen = desk.party is not None and desk.party.pk == party.pk
    name = desk.card.name if is_chosen and desk.card else ""
    label = _("%(position)s人目") % {"position": party.position}
    return BasketLine(
        party=party,
        label=f"{label} {name}".strip(),
        url=f"{reverse('callcentre:desk')}?party={party.pk}",
        is_chosen=is_chosen,
        tone=_TONES[party.identity],
    )


def _lines(desk: Desk, errand: Errand) -> list[ReservationLine]:
    reservations = desk.card.reservations if desk.card else ()
    return [
        ReservationLine(
            one,
            said(one.programme_id),
            errand.begin(errands.MOVE, reservation_id=one.pk).url(),
            errand.begin(errands.CANCEL, reservation_id=one.pk).url(),
        )
        for one in reservations
    ]
