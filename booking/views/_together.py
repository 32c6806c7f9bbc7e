"""Which step of a group's errand is open (まとめて予約の順番)."""

from django.urls import reverse
from django.utils import timezone

from booking import free_places, programme_choice
from booking.errand import Errand

DOSES = 2  # one after another; further ones are booked by each person


def next_step(errand: Errand) -> str:
    """The first step that is still open."""
    offer = free_places.offer(at=timezone.now())
    first = offer.find(errand.place(1) or 0)
    if first is None:
        return reverse("booking:together_choose", args=[1])
    doses = min(DOSES, programme_choice.doses(errand, at=timezone.now()))
    if doses > 1 and not errand.goes_alone and errand.place(2) is None:
        return reverse("booking:together_choose", args=[2])
    if errand.contact is None:
        return reverse("booking:together_contact")
    return reverse("booking:together_confirm")
