"""How an errand comes to the confirm page: what was chosen is held, or somebody was faster."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from booking import free_places, group_holds, holds, reservations
from booking.errand import Errand
from booking.holds import Keeping
from booking.views._doors import next_step

NOTED = "held"  # that this errand has held something


def onward(request: HttpRequest, errand: Errand) -> HttpResponse:
    """To the step that is open; where it is the last one, the places are held."""
    step = next_step(errand)
    if step != reverse("booking:confirm"):
        return redirect(step)
    return hold(request, errand)


def hold(request: HttpRequest, errand: Errand) -> HttpResponse:
    """Hold what was chosen and go to the confirm page; or back to choosing, with a word."""
    places = {dose: bucket for dose in errand.doses if (bucket := errand.place(dose))}
    try:
        holds.hold(resident_id=errand.resident_id, places=places, by=None, at=timezone.now())
    except (reservations.SlotFull, reservations.PairNotFree) as refusal:
        messages.error(request, str(refusal.words))
        errand.let_go(dose_gone(errand))
        return redirect(next_step(errand))
    errand.note(NOTED, 1)
    return redirect("booking:confirm")


def hold_move(errand: Errand, dose_number: int, bucket_id: int) -> None:
    """Hold the new place of one dose while its present one stays; raises SlotFull."""
    holds.hold(
        resident_id=errand.resident_id, places={dose_number: bucket_id}, by=None,
        at=timezone.now(),
    )  # fmt: skip
    errand.note(NOTED, 1)


def let_go(errand: Errand) -> None:
    """Give back what this errand holds: it has gone back to choosing, or is over."""
    if errand.noted(NOTED):
        holders = errand.people or [errand.resident_id]
        group_holds.release(resident_ids=holders, by=None, at=timezone.now())
        errand.note(NOTED, None)


def kept(errand: Errand, *, at: datetime) -> Keeping | None:
    """What of the choice is held now; None where nothing is, or something else."""
    chosen = {dose: bucket for dose in errand.doses if (bucket := errand.place(dose))}
    return kept_of(errand, chosen, at=at)


def kept_of(errand: Errand, chosen: dict[int, int], *, at: datetime) -> Keeping | None:
    """The hold of just these places (dose → bucket)."""
    found = holds.standing(resident_id=errand.resident_id, at=at)
    return found if found is not None and found.places == chosen else None


def kept_facts(errand: Errand, found: Keeping | None, *, at: datetime) -> dict[str, Any]:
    """What the page says of the hold: how long it lasts, or that it ran out."""
    return {
        "kept": found,
        "kept_seconds": int((found.until - at).total_seconds()) if found else 0,
        "ran_out": found is None and bool(errand.noted(NOTED)),
    }


def dose_gone(errand: Errand) -> int:
    """Which dose must be chosen again: the last one where those before it still look free."""
    offer = free_places.offer(at=timezone.now())
    for dose in errand.doses[:-1]:
        place = offer.find(errand.place(dose) or 0)
        if place is None or not place.is_free:
            return dose
    return max(errand.doses, default=1)
