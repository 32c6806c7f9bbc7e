"""Doors: the list of people somebody must tell."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from callcentre import telling
from callcentre.forms import ListLookForm, ListResultForm
from callcentre.refusals import SupervisorNeeded
from callcentre.telling import Telling
from notifications import call_list, presenters
from tenancy.permissions import Permission
from tenancy.policies import policy, staff_may, staff_of

CALLER = staff_may(Permission.WORK_CALL_LIST)
ON_A_PAGE = 50


@require_safe
@policy(CALLER)
def waiting(request: HttpRequest) -> HttpResponse:
    """Everything on the list; people are shown one at a time, when somebody looks."""
    rows = call_list.waiting(at=timezone.now())
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    lines = [presenters.CallLine(message) for message in page]
    return render(request, "callcentre/call_list.html", {"page": page, "lines": lines})


@require_safe
@policy(CALLER)
def one(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """One line of the list with everything about the person masked, and the way to a look."""
    try:
        found = telling.masked(message_id=message_id)
    except call_list.UnknownMessage as unknown:
        raise Http404 from unknown
    return _page(request, found, {"look_form": ListLookForm()})


@require_POST
@policy(CALLER)
def look(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Name, number and words for a purpose; the look is recorded."""
    form = ListLookForm(request.POST)
    try:
        if not form.is_valid():
            found = telling.masked(message_id=message_id)
            return _page(request, found, {"look_form": form}, status=422)
        return _seen(request, message_id, ListResultForm(), form.cleaned_data["purpose"])
    except call_list.UnknownMessage as unknown:
        raise Http404 from unknown


@require_POST
@policy(CALLER)
def result(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Write down what came of a call."""
    try:
        message = call_list.find(message_id)
    except call_list.UnknownMessage as unknown:
        raise Http404 from unknown
    form = ListResultForm(request.POST)
    # A refused form shows the person once more: that is a look like any other.
    if not form.is_valid():
        return _seen(request, message_id, form, "call", status=422)
    given, by, now = form.cleaned_data, staff_of(request), timezone.now()
    try:
        call_list.resolve(
            message=message, outcome=given["outcome"], again_at=given["again_at"], by=by, at=now
        )
    except call_list.ListRefused as refusal:
        form.add_error(None, str(refusal.words))
        return _seen(request, message_id, form, "call", status=409)
    messages.success(request, _("結果を記録しました。"))
    return redirect("call_list:waiting")


def _seen(
    request: HttpRequest, message_id: UUID, form: ListResultForm, purpose: str, *, status: int = 200
) -> HttpResponse:
    by, now = staff_of(request), timezone.now()
    try:
        found = telling.look(message_id=message_id, purpose=purpose, by=by, at=now)
    except SupervisorNeeded as refusal:
        messages.error(request, str(refusal.words))
        masked, look_form = telling.masked(message_id=message_id), ListLookForm()
        return _page(request, masked, {"look_form": look_form}, status=409)
    return _page(request, found, {"form": form, "is_seen": True}, status=status)


def _page(
    request: HttpRequest, found: Telling, more: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    message = found.message
    facts = {
        "telling": found,
        "line": presenters.CallLine(message),
        "tries": [presenters.TryLine(attempt) for attempt in call_list.tries(message)],
        "is_waiting": call_list.is_waiting(message),
    }
    return render(request, "callcentre/told.html", facts | more, status=status)
