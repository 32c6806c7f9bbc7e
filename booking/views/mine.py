"""Level B: one's own reservations, and nothing else of the record (予約の確認)."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from booking import reservations
from booking.errand import Errand, Level
from booking.presenters.mine import missing, my_visits
from booking.presenters.visits import masked_contact, visits
from booking.views._doors import page, with_errand
from booking.views._keeping import let_go
from booking.views.done import calendar_answer
from tenancy.policies import PUBLIC, policy


@policy(PUBLIC)
@require_safe
@with_errand(Level.B)
def mine(request: HttpRequest, errand: Errand) -> HttpResponse:
    """Date, venue and dose of each live reservation; the contact masked."""
    let_go(errand)
    found = reservations.live_of(errand.resident_id)
    return page(
        request,
        "mine",
        visits=my_visits(found, at=timezone.now()),
        missing=missing(found, at=timezone.now()),
        contact=masked_contact(errand.resident),
    )


@policy(PUBLIC)
@require_safe
@with_errand(Level.B)
def calendar(_request: HttpRequest, errand: Errand) -> HttpResponse:
    """The same as a calendar file."""
    return calendar_answer(visits(reservations.live_of(errand.resident_id)))
