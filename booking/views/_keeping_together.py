"""How a group comes to its confirm page: everybody's places are held, or somebody was faster."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from booking import free_places, group_claims, group_holds
from booking.errand import Errand
from booking.group_claims import GroupNotFree
from booking.holds import Keeping
from booking.views._keeping import NOTED, let_go
from booking.views._together import next_step
from venues.models import Channel

HERE = "booking:together_confirm"
WEB = [Channel.WEB]


def onward(request: HttpRequest, errand: Errand) -> HttpResponse:
    """To the step that is open; where it is the last one, everybody's places are held."""
    step = next_step(errand)
    return hold_together(request, errand) if step == reverse(HERE) else redirect(step)


def hold_together(request: HttpRequest, errand: Errand) -> HttpResponse:
    """Hold what was chosen and go to the confirm page; or back to choosing, with a word."""
    at = timezone.now()
    try:
        group_holds.hold_together(
            resident_ids=errand.people, starts=starts_of(errand, at=at), channels=WEB, by=None,
            at=at,
        )  # fmt: skip
    except GroupNotFree as refusal:
        messages.error(request, str(refusal.words))
        let_go(errand)
        errand.let_go(1)
        return redirect(next_step(errand))
    errand.note(NOTED, 1)
    return redirect(HERE)


def kept_together(errand: Errand, *, at: datetime) -> Keeping | None:
    """What of the choice is held for everybody now."""
    starts = starts_of(errand, at=at)
    return group_holds.standing(resident_ids=errand.people, starts=starts, channels=WEB, at=at)


def seats_of(errand: Errand, *, at: datetime) -> dict[int, list[int]]:
    """Where everybody sits: as held, or as it would be now; empty where they do not fit."""
    starts = starts_of(errand, at=at)
    held = group_claims.held_seats(errand.people, starts=starts, channels=WEB, at=at)
    try:
        return held or group_claims.free_seats(errand.people, starts=starts, channels=WEB, at=at)
    except GroupNotFree:
        return {}


def starts_of(errand: Errand, *, at: datetime) -> dict[int, int]:
    """The slot from which on they sit, for each dose."""
    offer = free_places.offer(at=at)
    found = {dose: offer.find(errand.place(dose) or 0) for dose in errand.doses}
    return {dose: place.slot_id for dose, place in found.items() if place}
