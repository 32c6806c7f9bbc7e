"""Doors: start a call, wrap it up, end it; ready and away; the lease's heartbeat."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from callcentre import calls, consoles, desk_states, leases, notes, outbound
from callcentre.forms import MessageResultForm, NoteForm, StartForm
from callcentre.models import Call, DeskState
from callcentre.refusals import NoSuchCall
from callcentre.views._doors import REFUSALS, at_console, doing, refused
from callcentre.views.desk import render_desk
from notifications.call_list import UnknownMessage
from tenancy.current import current_or_none
from tenancy.models import Staff
from tenancy.permissions import Permission
from tenancy.policies import policy, staff_may, staff_of

TAKES_CALLS = policy(staff_may(Permission.TAKE_CALLS))


@TAKES_CALLS
@require_POST
@at_console
def start(request: HttpRequest) -> HttpResponse:
    """A call by hand."""
    form = StartForm(request.POST)
    if not form.is_valid():
        return render_desk(request, status=422, start_form=form)
    phone = form.cleaned_data["caller_number"]
    by, now = staff_of(request), timezone.now()
    return doing(
        request,
        lambda: calls.start(caller_number=phone.e164 if phone else None, by=by, at=now),
        then=reverse("callcentre:desk"),
    )


@TAKES_CALLS
@require_POST
@at_console
def start_outbound(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """A call for a message of the person's list."""
    by, now = staff_of(request), timezone.now()
    try:
        return doing(
            request,
            lambda: outbound.start_for(message_id=message_id, by=by, at=now),
            then=reverse("callcentre:desk"),
        )
    except UnknownMessage as unknown:
        raise Http404 from unknown


@TAKES_CALLS
@require_POST
@at_console
def wrap_up(request: HttpRequest) -> HttpResponse:
    """The caller is gone."""
    by, now = staff_of(request), timezone.now()
    return doing(
        request,
        lambda: calls.wrap_up(call=_open(request), by=by, at=now),
        then=reverse("callcentre:desk"),
    )


@TAKES_CALLS
@require_POST
@at_console
def end(request: HttpRequest) -> HttpResponse:
    """The note is kept and the call is over."""
    by, now = staff_of(request), timezone.now()
    form = NoteForm(request.POST)
    result = MessageResultForm(request.POST)
    try:
        call = _open(request)
        needs_result = outbound.message_of(call) is not None
        if not form.is_valid() or (needs_result and not result.is_valid()):
            shown: dict[str, Any] = {"result_form": result} if needs_result else {}
            return render_desk(request, status=422, note_form=form, **shown)
        told = form.cleaned_data
        notes.write(
            call=call, reason=told["reason"], outcome=told["outcome"], text=told["text"],
            by=by, at=now,
        )  # fmt: skip
        if needs_result:
            outbound.told(call=call, outcome=result.cleaned_data["outcome"], by=by, at=now)
        calls.end(call=call, then=_then(request), by=by, at=now)
    except REFUSALS as refusal:
        return refused(request, refusal, then=reverse("callcentre:desk"))
    return redirect("callcentre:desk")


@TAKES_CALLS
@require_POST
@at_console
def change_state(request: HttpRequest) -> HttpResponse:
    """Ready or away, while there is no call."""
    by, now = staff_of(request), timezone.now()
    if calls.open_of(by) is None:
        desk_states.enter(state=_then(request), by=by, at=now)
    return redirect("callcentre:desk")


def on_signed_out(**signal: Any) -> None:
    """Django's signal: whoever signs out is at no desk any more."""
    staff = signal.get("user")
    if isinstance(staff, Staff) and current_or_none() is not None:
        desk_states.leave(by=staff, at=timezone.now())
        consoles.leave(by=staff)


@TAKES_CALLS
@require_POST
def heartbeat(request: HttpRequest) -> HttpResponse:
    """The console is alive: its leases last on."""
    call = calls.open_of(staff_of(request))
    held = leases.renew(call=call, at=timezone.now()) if call else 0
    return JsonResponse({"held": held})


def _then(request: HttpRequest) -> DeskState.State:
    away = request.POST.get("then") == DeskState.State.AWAY
    return DeskState.State.AWAY if away else DeskState.State.READY


def _open(request: HttpRequest) -> Call:
    call = calls.open_of(staff_of(request))
    if call is None:
        raise NoSuchCall
    return call
