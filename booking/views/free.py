"""Free places for anybody, before signing in (空き状況)."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from booking import forms, free_places
from booking.free_places import Wanted
from booking.presenters.chooser import Chooser
from booking.views._doors import page
from tenancy.policies import PUBLIC, policy


@policy(PUBLIC)
@require_safe
def free(request: HttpRequest) -> HttpResponse:
    """By date, by venue, earliest anywhere."""
    at = timezone.now()
    looking = forms.Looking(request.GET).found()
    chooser = Chooser(free_places.offer(at=at), Wanted(at=at), looking, reverse("booking:free"), at)
    return page(request, "free", chooser=chooser, sign_in_url=reverse("booking:sign_in"))
