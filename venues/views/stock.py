"""Doors: the vaccine lots of a day (ワクチンのロット)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tenancy.permissions import Permission
from tenancy.policies import Fresh, policy, staff_may
from venues import days, stock
from venues.forms import refuse
from venues.presenters import DayRow
from venues.refusals import Refused
from venues.stock_forms import LotForm
from venues.views._doors import found, page, staff_of


@policy(staff_may(Permission.EDIT_VENUES, fresh=Fresh.TO_CHANGE))
@require_http_methods(["GET", "POST"])
def lots(request: HttpRequest, pk: int) -> HttpResponse:
    """What a day has, whether it is enough, and a form to give it more or take some away."""
    one = found(days.find(pk))
    form = LotForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            stock.allot(opening=one, **form.cleaned_data, by=staff_of(request), at=timezone.now())
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("ワクチンの割当てを保存しました。"))
            return redirect("venues:lots", one.pk)
    facts = {
        "row": DayRow(days.line_of(one), timezone.now()),
        "form": form,
        "stock": stock.stock_of(one),
        "entries": stock.entries_of(one),
    }
    return page(request, "lots.html", facts, status=422 if form.is_bound else 200)
