"""The done page: numbers to write down, what to bring, how to get there (完了)."""

from collections.abc import Sequence
from contextlib import suppress

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from booking import calendar_entry, programme_choice, reservations
from booking import errand as errands
from booking.errand import Errand, Level
from booking.models import Reservation
from booking.presenters.visits import Visit, visits
from booking.views._doors import next_step, page, with_errand
from booking.views._keeping import let_go
from tenancy.policies import PUBLIC, policy


@policy(PUBLIC)
@require_safe
@with_errand(Level.A)
def done(request: HttpRequest, errand: Errand) -> HttpResponse:
    """What this very request got; nobody else's number is ever shown here."""
    made = _made(errand)
    if not made:
        return redirect(next_step(errand))
    return page(
        request, "done", visits=visits(made), contact=errand.contact, has_others=_others(errand)
    )


@policy(PUBLIC)
@require_safe
@with_errand(Level.A)
def calendar(_request: HttpRequest, errand: Errand) -> HttpResponse:
    """The same as a calendar file."""
    made = _made(errand)
    if not made:
        return redirect(next_step(errand))
    return calendar_answer(visits(made))


def _others(errand: Errand) -> bool:
    found = programme_choice.open_for(errand.resident.born_on, at=timezone.now())
    return len(found) > 1


def _made(errand: Errand) -> list[Reservation]:
    """What the request got and what of it still stands; a cancelled number is no booking."""
    found = reservations.of_request(request_key=errand.request_key, resident_id=errand.resident_id)
    return [one for one in found if one.is_live]


def calendar_answer(found: Sequence[Visit]) -> HttpResponse:
    """A calendar file as a download."""
    body = calendar_entry.entry(found, at=timezone.now())
    answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="reservation.ics"'
    return answer


@policy(PUBLIC)
@require_POST
def finish(request: HttpRequest) -> HttpResponse:
    """Forget everything on this device, whoever was here."""
    for level in Level:
        with suppress(errands.NotHere, errands.TimeOver):
            let_go(errands.resume(request.session, level=level, at=timezone.now()))
    errands.end(request.session)
    answer = redirect("booking:finished")
    answer.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return answer
