"""Doors: whether counters, ledger and reservations agree, and the settling of a difference."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from booking import counts
from booking.presenters.counts import CountsPage
from tenancy.permissions import Permission
from tenancy.policies import Fresh, policy, staff_may, staff_of
from venues import freezes
from venues.forms import Reason, refuse
from venues.refusals import Refused

READERS = staff_may(Permission.SIGN_PLACES)
SIGNERS = staff_may(Permission.SIGN_PLACES, fresh=Fresh.TO_CHANGE)


@policy(READERS)
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Compare now, and say what stands."""
    return _page(request, Reason())


@policy(SIGNERS)
@require_POST
def settle(request: HttpRequest) -> HttpResponse:
    """Settle every difference with a reason and let capacity rise again."""
    form = Reason(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        count = counts.settle(
            reason=form.cleaned_data["reason"], by=staff_of(request), at=timezone.now()
        )
    except Refused as refusal:
        refuse(form, refusal)
        return _page(request, form, status=409)
    messages.success(
        request, _("%(count)d か所を訂正し、増枠の停止を解きました。") % {"count": count}
    )
    return redirect("booking:counts")


def _page(request: HttpRequest, form: Reason, *, status: int = 200) -> HttpResponse:
    shown = CountsPage(counts.compare(at=timezone.now()), freezes.standing(), freezes.newest())
    return render(request, "booking/counts.html", {"form": form, "shown": shown}, status=status)
