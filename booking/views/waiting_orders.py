"""Doors: who waits, in which order, and the proof of the order (キャンセル待ちの順番)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from booking.presenters.waiting import OrdersPage
from booking.waiting_forms import OrderForm
from booking.waiting_list import WaitingRefused, orders
from tenancy.permissions import Permission
from tenancy.policies import Fresh, policy, staff_may, staff_of


@policy(staff_may(Permission.PLAN_RELEASES))
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """How many wait, the order in force, and the orders before with their seeds."""
    return _page(request, None)


@policy(staff_may(Permission.PLAN_RELEASES, fresh=Fresh.TO_CHANGE))
@require_POST
def set_order(request: HttpRequest) -> HttpResponse:
    """Order the list anew, with a reason."""
    form = OrderForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        orders.set_order(
            way=form.cleaned_data["way"], shown=form.cleaned_data["shown"],
            reason=form.cleaned_data["reason"], by=staff_of(request), at=timezone.now(),
        )  # fmt: skip
    except WaitingRefused as refusal:
        form.add_error(None, str(refusal.words))
        return _page(request, form, status=409)
    messages.success(request, _("順番の決め方を変えました。"))
    return redirect("booking:waiting_list")


def _page(request: HttpRequest, form: OrderForm | None, *, status: int = 200) -> HttpResponse:
    shown = OrdersPage.of(orders.now(), orders.past())
    initial = {"shown": shown.now.order.pk} if shown.now else {}
    facts = {"form": form or OrderForm(initial=initial), "shown": shown}
    return render(request, "booking/waiting_list.html", facts, status=status)
