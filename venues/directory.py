"""Verbs and questions on venues and vaccines: what stands on the list (会場・ワクチンの台帳)."""

from datetime import datetime

from tenancy import history, live
from tenancy.current import municipality_atomic, on_commit
from tenancy.models import Staff
from venues import slots
from venues.models import Opening, Vaccine, Venue
from venues.refusals import checked_reason


def keep_venue(*, venue: Venue, reason: str, by: Staff, at: datetime) -> Venue:
    """Enter a venue or change it; closing it stops new bookings on all its days at once."""
    reason = checked_reason(reason)
    with municipality_atomic():
        history.save(venue, reason=reason, by=by, at=at)
        days = Opening.objects.filter(venue=venue).values_list("pk", flat=True)
        slots.renew_copies(opening_ids=list(days))
        on_commit(live.stir)
    return venue


def keep_vaccine(*, vaccine: Vaccine, reason: str, by: Staff, at: datetime) -> Vaccine:
    """Enter a vaccine or change its names."""
    reason = checked_reason(reason)
    with municipality_atomic():
        history.save(vaccine, reason=reason, by=by, at=at)
        on_commit(live.stir)
    return vaccine


def venues() -> list[Venue]:
    """Every venue in order of its code."""
    return list(Venue.objects.all())


def find_venue(pk: int) -> Venue | None:
    """One venue."""
    return Venue.objects.filter(pk=pk).first()


def vaccines() -> list[Vaccine]:
    """Every vaccine in order of maker and name."""
    return list(Vaccine.objects.order_by("maker", "name"))


def find_vaccine(pk: int) -> Vaccine | None:
    """One vaccine."""
    return Vaccine.objects.filter(pk=pk).first()
