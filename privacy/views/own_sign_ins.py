"""Doors: where one is signed in at present, and ending it there."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from privacy import access_log
from tenancy import sessions, sign_ins
from tenancy.permissions import Permission
from tenancy.policies import Fresh, policy, staff_may, staff_of

OWN = staff_may(Permission.STAFF_HOME)
OWN_FRESH = staff_may(Permission.STAFF_HOME, fresh=Fresh.TO_CHANGE)


@policy(OWN)
@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """The account's living sign-ins; this one is marked."""
    here = sessions.token_of(request.session)
    rows = sign_ins.of(staff_of(request), at=timezone.now())
    facts = {
        "lines": sorted(rows, key=lambda row: row.token != here),
        "here": here,
        "others": sum(row.token != here for row in rows),
    }
    return render(request, "privacy/sign_in/sign_ins.html", facts)


@policy(OWN_FRESH)
@require_POST
def end(request: HttpRequest, token: str) -> HttpResponse:
    """End one: its pages and sockets open nothing from then on."""
    staff = staff_of(request)
    if sign_ins.end(token=token, by=staff):
        access_log.record(what="session_ended", by=staff, at=timezone.now())
        messages.success(request, _("そのログインを終了しました。"))
    else:
        messages.info(request, _("そのログインは、もう終了しています。"))
    return redirect("usersessions_list")


@policy(OWN_FRESH)
@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """End every other one."""
    staff = staff_of(request)
    ended = sign_ins.end_others(token=sessions.token_of(request.session), by=staff)
    access_log.record(what="session_ended", count=ended, by=staff, at=timezone.now())
    words = ngettext(
        "ほかの%(count)d件のログインを終了しました。",
        "ほかの%(count)d件のログインを終了しました。",
        ended,
    )
    messages.success(request, words % {"count": ended})
    return redirect("usersessions_list")
