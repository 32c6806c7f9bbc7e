"""Door: ask for an incident pack; it is fetched like a roster, by another person (漏えい等)."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from exchange import incident_packs, rosters, tasks
from exchange.forms import AskIncident
from exchange.views._doors import me
from tenancy.current import municipality_atomic
from tenancy.permissions import Permission
from tenancy.policies import Fresh, policy, staff_may

ASKERS: Final = staff_may(Permission.REQUEST_ROSTER, fresh=Fresh.TO_CHANGE)


@policy(ASKERS)
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """The time, the accounts, the residents, the reason; then the page of the pack."""
    form = AskIncident(request.POST or None)
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            with municipality_atomic():
                parcel = incident_packs.ask(wish=form.wish(), by=me(request), at=timezone.now())
                tasks.hand_on(parcel.state, parcel.pk)
        except rosters.Refused as refusal:
            form.add_error(None, str(refusal.words))
            status = 409
        else:
            return redirect("exchange:roster", pk=parcel.pk)
    return render(request, "exchange/incident.html", {"form": form}, status=status)
