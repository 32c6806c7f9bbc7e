"""Doors: a look without a call; the ward's review of notes."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from callcentre import looks, notes
from callcentre.forms import PurposeForm
from callcentre.parties import Clues
from callcentre.views._doors import REFUSALS, doing
from tenancy.permissions import Permission
from tenancy.policies import policy, staff_may, staff_of


@policy(staff_may(Permission.TAKE_CALLS))
@require_http_methods(["GET", "HEAD", "POST"])
def look(request: HttpRequest) -> HttpResponse:
    """One record, for a purpose that is written down."""
    form = PurposeForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "callcentre/look.html", {"form": form}, status=status)
    told = form.cleaned_data
    try:
        card = looks.look(
            clues=Clues(told["number"], told["name"], told["born_on"]),
            purpose=told["purpose"], detail=told["detail"],
            by=staff_of(request), at=timezone.now(),
        )  # fmt: skip
    except REFUSALS as refusal:
        form.add_error(None, str(refusal.words))
        return render(request, "callcentre/look.html", {"form": form}, status=409)
    return render(request, "callcentre/look.html", {"form": PurposeForm(), "card": card})


@policy(staff_may(Permission.WARD_REQUESTS))
@require_safe
def review(request: HttpRequest) -> HttpResponse:
    """Notes with a free text, for the ward."""
    page = request.GET.get("page")
    found = notes.to_review(page=page, by=staff_of(request), at=timezone.now())
    return render(request, "callcentre/notes.html", {"notes": found})


@policy(staff_may(Permission.WARD_REQUESTS))
@require_POST
def shred(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """Take one text away for good."""
    by, now = staff_of(request), timezone.now()
    return doing(
        request,
        lambda: notes.shred(note=notes.find(note_id), by=by, at=now),
        then=reverse("callcentre:notes"),
    )
