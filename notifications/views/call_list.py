"""Doors: the list of people somebody must tell."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from notifications import call_list, presenters
from notifications.forms import CallResult
from notifications.models.message import Message
from tenancy.permissions import Permission
from tenancy.policies import policy, staff_may, staff_of

CALLER = staff_may(Permission.WORK_CALL_LIST)
ON_A_PAGE = 50


@require_safe
@policy(CALLER)
def waiting(request: HttpRequest) -> HttpResponse:
    """Everything on the list; numbers are shown one at a time, when somebody opens one."""
    page = Paginator(call_list.waiting(), ON_A_PAGE).get_page(request.GET.get("page"))
    lines = [presenters.CallLine(message) for message in page]
    context = {"page": page, "lines": lines, "count": page.paginator.count}
    return render(request, "notifications/call_list.html", context)


@require_safe
@policy(CALLER)
def one(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Number and words of one message; the look is recorded."""
    try:
        message = call_list.open_one(message_id=message_id, by=staff_of(request), at=timezone.now())
    except call_list.UnknownMessage as unknown:
        raise Http404 from unknown
    return _page(request, message, CallResult())


@require_POST
@policy(CALLER)
def result(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Write down what came of a call."""
    try:
        message = call_list.find(message_id)
    except call_list.UnknownMessage as unknown:
        raise Http404 from unknown
    form, by, now = CallResult(request.POST), staff_of(request), timezone.now()
    if not form.is_valid():
        return _seen_again(request, message, form, status=422)
    try:
        call_list.resolve(message=message, outcome=form.cleaned_data["outcome"], by=by, at=now)
    except call_list.ListRefused as refusal:
        form.add_error(None, str(refusal.words))
        return _seen_again(request, message, form, status=409)
    messages.success(request, _("結果を記録しました。"))
    return redirect("notifications:call_list")


def _seen_again(
    request: HttpRequest, message: Message, form: CallResult, *, status: int
) -> HttpResponse:
    # A refused form shows the number and the words once more: that is a look like any other.
    seen = call_list.open_one(message_id=message.pk, by=staff_of(request), at=timezone.now())
    return _page(request, seen, form, status=status)


def _page(
    request: HttpRequest, message: Message, form: CallResult, *, status: int = 200
) -> HttpResponse:
    context = {
        "line": presenters.CallLine(message),
        "form": form,
        "tries": [presenters.TryLine(attempt) for attempt in call_list.tries(message)],
        "is_waiting": call_list.is_waiting(message),
    }
    return render(request, "notifications/call.html", context, status=status)
