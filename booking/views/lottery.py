"""The residents' pages of a lottery: what is drawn, apply, change, withdraw, the result (抽選)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking import lottery
from booking.errand import Errand, Level
from booking.lottery_forms import ApplicationForm, initial_wishes
from booking.models import Lottery, LotteryApplication
from booking.presenters import waiting
from booking.presenters.lotteries import ApplicationLine, PublicLine
from booking.presenters.visits import initial_contact
from booking.rulebook import rulebook
from booking.views._doors import page, with_errand
from tenancy.policies import PUBLIC, policy


@policy(PUBLIC)
@require_safe
def lotteries(request: HttpRequest) -> HttpResponse:
    """Every lottery: its window, the hash of its seed, and the seed after the draw."""
    at = timezone.now()
    lines = [PublicLine(one, at) for one in lottery.shown_to_residents(at=at)]
    return page(request, "lotteries", lines=lines)


@policy(PUBLIC)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@with_errand(Level.A, Level.B)
def application(request: HttpRequest, errand: Errand, pk: UUID) -> HttpResponse:
    """Wishes in order within the window; before and after it, how things stand."""
    found, at = _found(pk), timezone.now()
    kept = lottery.of(lottery=found, resident_id=errand.resident_id)
    if not lottery.is_open(found, at=at):
        return _standing(request, found, kept)
    form = _form(request, errand, found, kept)
    if request.method == "POST" and form.is_valid():
        try:
            made = lottery.apply(
                lottery=found, resident=errand.resident, wishes=form.wishes(),
                contact=form.contact(get_language() or "ja"),
                notice_version=form.cleaned_data["notice"], at=at,
            )  # fmt: skip
        except lottery.LotteryRefused as refusal:
            form.add_error(None, str(refusal.words))
        else:
            words = _("お申込みを受け付けました。受付番号は%(number)sです。")
            messages.success(request, words % {"number": made.number})
            return redirect("booking:lottery", found.pk)
    status = 422 if request.method == "POST" else 200
    facts = {"line": PublicLine(found, at), "form": form, "application": _line(kept)}
    return page(request, "lottery", status=status, **facts)


@policy(PUBLIC)
@require_POST
@with_errand(Level.A, Level.B)
def withdraw(request: HttpRequest, errand: Errand, pk: UUID) -> HttpResponse:
    """Take the application back."""
    found = _found(pk)
    try:
        lottery.withdraw(lottery=found, resident_id=errand.resident_id, at=timezone.now())
    except lottery.LotteryRefused as refusal:
        messages.info(request, str(refusal.words))
    else:
        messages.success(request, _("お申込みを取り下げました。締切までは、もう一度申し込めます。"))
    return redirect("booking:lottery", found.pk)


def _standing(
    request: HttpRequest, found: Lottery, kept: LotteryApplication | None
) -> HttpResponse:
    facts: dict[str, Any] = {"line": PublicLine(found, timezone.now()), "application": _line(kept)}
    return page(request, "lottery", **facts)


def _line(kept: LotteryApplication | None) -> ApplicationLine | None:
    return ApplicationLine(kept) if kept else None


def _form(
    request: HttpRequest, errand: Errand, found: Lottery, kept: LotteryApplication | None
) -> ApplicationForm:
    initial = initial_contact(errand.contact)
    if kept is not None:
        initial |= initial_wishes(kept.wishes)
    return ApplicationForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        venues=[(str(value), words) for value, words in waiting.venue_choices()],
        days=(found.day_from, found.day_until),
        needed=rulebook().rules.contact_needed,
        notice_version=rulebook().standing.purpose_notice_version,
    )


def _found(pk: UUID) -> Lottery:
    found = lottery.find(pk)
    if found is None or found.state in {Lottery.State.DRAFT, Lottery.State.WITHDRAWN}:
        raise Http404
    return found
