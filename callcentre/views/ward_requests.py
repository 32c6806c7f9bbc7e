"""Doors: ask the ward from a call; the ward's own list."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from callcentre import calls, ward_requests
from callcentre.call_script import Step
from callcentre.forms import AnswerForm, WardRequestForm
from callcentre.views._doors import REFUSALS, at_console, doing, refused
from callcentre.views.desk import render_desk
from tenancy.permissions import Permission
from tenancy.policies import policy, staff_may, staff_of


@policy(staff_may(Permission.TAKE_CALLS))
@require_POST
@at_console
def ask(request: HttpRequest) -> HttpResponse:
    """Hand the ward what the caller asked for."""
    by, now, desk = staff_of(request), timezone.now(), reverse("callcentre:desk")
    form, call = WardRequestForm(request.POST), calls.open_of(by)
    if call is None:
        return redirect(desk)
    if not form.is_valid():
        return render_desk(request, found=Step.NOT_FOUND, status=422, ward_form=form)
    told = form.cleaned_data
    try:
        ward_requests.ask(
            call=call, question=told["question"], voucher_number=told["voucher_number"],
            phone=told["phone"].e164 if told["phone"] else "", text=told["text"], by=by, at=now,
        )  # fmt: skip
    except REFUSALS as refusal:
        return refused(request, refusal, then=desk)
    messages.success(request, _("区へ依頼しました。"))
    return redirect(desk)


@policy(staff_may(Permission.WARD_REQUESTS))
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """What the ward has still to answer."""
    by, now = staff_of(request), timezone.now()
    facts = {
        "waiting": ward_requests.waiting(by=by, at=now),
        "closed": ward_requests.lately_closed(),
        "form": AnswerForm(),
    }
    return render(request, "callcentre/ward_requests.html", facts)


@policy(staff_may(Permission.WARD_REQUESTS))
@require_POST
def close(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """The ward has dealt with it."""
    by, now, form = staff_of(request), timezone.now(), AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("対応を選んでください。"))
        return redirect("callcentre:ward_requests")
    return doing(
        request,
        lambda: ward_requests.close(
            request_id=request_id, answer=form.cleaned_data["answer"], by=by, at=now
        ),
        then=reverse("callcentre:ward_requests"),
    )
