"""What the doors of an errand have in common: who is here, how far, and a polite way back."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking import errand as errands
from booking import free_places, programme_choice, reservations
from booking.errand import Errand, Level
from privacy import budgets
from tenancy import session_lengths

type Door[**P] = Callable[Concatenate[HttpRequest, Errand, P], HttpResponse]

STEPS = gettext_lazy("ご本人の確認|日時を選ぶ|連絡先|内容の確認|完了")
ENTRANCES = {
    Level.A: "booking:sign_in",
    Level.B: "booking:sign_in_to_change",
    Level.W: "booking:sign_in_to_wait",
    Level.G: "booking:together",
}


def with_errand[**P](
    level: Level, *others: Level
) -> Callable[[Door[P]], Callable[..., HttpResponse]]:
    """Hand the view its errand; whoever has none is shown politely to the first one's entrance."""

    def declare(view: Door[P]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def opened(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            found = (one for one in others if errands.is_of(request.session, level=one))
            try:
                errand = errands.resume(
                    request.session, level=next(found, level), at=timezone.now()
                )
            except errands.TimeOver:
                return redirect("booking:time_over")
            except errands.NotHere:
                messages.info(request, _("はじめに、ご本人の確認をお願いします。"))
                return redirect(ENTRANCES[level])
            return view(request, errand, *args, **kwargs)

        return opened

    return declare


def network(request: HttpRequest) -> str:
    """The network for which failures are budgeted."""
    return budgets.network_of(request.META.get("REMOTE_ADDR", ""))


def page(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """One of booking's pages."""
    length = session_lengths.of_residents()
    facts = {
        "steps": STEPS,
        "idle_seconds": int(length.idle.total_seconds()),
        "idle_minutes": int(length.idle.total_seconds()) // 60,
        "longest_minutes": int(length.longest.total_seconds()) // 60,
        "longest_seconds": errands.longest_left(request.session, at=timezone.now()),
        **context,
    }
    return render(request, f"booking/{template}.html", facts, status=status)


def stopped(
    request: HttpRequest, refusal: reservations.Stopped, *, back: str, is_booked: bool = False
) -> HttpResponse:
    """That the ward has stopped this channel, in its words; what was chosen and typed is kept."""
    facts = {"words": refusal.words, "back": back, "is_booked": is_booked}
    return page(request, "stopped", status=409, **facts)


def next_step(errand: Errand) -> str:
    """The URL of the first step that is still open."""
    at = timezone.now()
    if programme_choice.chosen(errand, at=at) is None:
        return reverse("booking:programme")
    offer = free_places.offer(at=at)
    if offer.find(errand.place(1) or 0) is None:
        return reverse("booking:choose", args=[1])
    for dose in range(2, programme_choice.doses(errand, at=at) + 1):
        if not errand.goes_alone and errand.place(dose) is None:
            return reverse("booking:choose", args=[dose])
    if errand.contact is None:
        return reverse("booking:contact")
    return reverse("booking:confirm")


def skipped(request: HttpRequest, errand: Errand, here: str) -> HttpResponse | None:
    """The way back for somebody who has skipped a step; None for everybody else."""
    doses = programme_choice.doses(errand, at=timezone.now())
    order = [
        reverse("booking:programme"),
        *(reverse("booking:choose", args=[dose]) for dose in range(1, doses + 1)),
        reverse("booking:contact"),
        reverse("booking:confirm"),
    ]
    open_step = next_step(errand)
    if here in order and order.index(here) <= order.index(open_step):
        return None
    messages.info(request, _("まだ済んでいないところから続けます。"))
    return redirect(open_step)
