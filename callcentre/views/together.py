"""Door: book everybody of the call who is identified, side by side (まとめて予約)."""

from datetime import datetime
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking import group_claims, reservations
from booking.group_claims import GroupRefused
from callcentre import calls, picker, together
from callcentre.models import CallParty
from callcentre.picker import Wanted
from callcentre.presenters.names import named
from callcentre.together_forms import PeopleForm, WhichDayForm
from callcentre.views._doors import REFUSALS, at_console, refused
from tenancy.models import Staff
from tenancy.permissions import Permission
from tenancy.policies import policy, staff_may, staff_of
from venues import availability
from venues.picture import Picture

DESK = "callcentre:desk"


@policy(staff_may(Permission.TAKE_CALLS))
@require_http_methods(["GET", "POST"])
def book(request: HttpRequest) -> HttpResponse:
    """Venue and day first, then from which time on; one press books everybody, or nobody."""
    return _pressed(request) if request.method == "POST" else _shown(request)


def _shown(request: HttpRequest) -> HttpResponse:
    by, now = staff_of(request), timezone.now()
    call = calls.open_of(by)
    people = together.identified(call) if call and call.is_live else []
    if not together.may_book(people):
        messages.info(request, _("本人確認の済んだ方が2人以上いるときに、まとめて予約できます。"))
        return redirect(DESK)
    picture = availability.staff_places(at=now)
    look = _look(request, picture, now)
    form = PeopleForm(
        request.POST if request.method == "POST" else None, parties=people,
        times=_times(look, picture), initial={"request_key": uuid4()},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        return _claim(request, form, people, look, by=by)
    status = 422 if form.is_bound else 200
    return _page(request, form, look, status=status)


@at_console
def _pressed(request: HttpRequest) -> HttpResponse:
    return _shown(request)


def _claim(
    request: HttpRequest,
    form: PeopleForm,
    people: list[CallParty],
    look: WhichDayForm,
    *,
    by: Staff,
) -> HttpResponse:
    told, now = form.cleaned_data, timezone.now()
    chosen = [one for one in people if str(one.pk) in told["people"]]
    try:
        made = together.claim_together_for(
            parties=chosen, starts={told["dose"]: told["slot"]}, speaker=told["speaker"],
            consent=request.POST.get("mark", ""), request_key=told["request_key"], by=by, at=now,
        )  # fmt: skip
    except GroupRefused as refusal:
        form.add_error(None, str(refusal.words))
        for number, one in sorted(refusal.refused.items()):
            words = {"n": chosen[number].position, "why": one.words}
            form.add_error(None, _("%(n)s人目：%(why)s") % words)
        return _page(request, form, look, status=409)
    except reservations.Refused as refusal:
        form.add_error(None, str(refusal.words))
        return _page(request, form, look, status=409)
    except REFUSALS as refusal:
        return refused(request, refusal, then=request.get_full_path())
    messages.success(request, _("%(count)s人を予約しました。") % {"count": len(made)})
    availability.look_again()
    return redirect(DESK)


def _page(
    request: HttpRequest, form: PeopleForm, look: WhichDayForm, *, status: int
) -> HttpResponse:
    facts = {"form": form, "look": look, "mark": group_claims.consent_mark()}
    return render(request, "callcentre/together.html", facts, status=status)


def _look(request: HttpRequest, picture: Picture, now: datetime) -> WhichDayForm:
    venues = [(pk, str(named(line))) for pk, line in picture.venues.items()]
    first = next(
        iter(picker.earliest(picture, wanted=Wanted(timezone.localdate(now)), count=1)), None
    )
    chosen = {"venue": first.venue_id, "day": first.day} if first else {}
    asked = {name: request.GET[name] for name in ("venue", "day") if request.GET.get(name)}
    return WhichDayForm(asked if len(asked) == len(("venue", "day")) else chosen, venues=venues)


def _times(look: WhichDayForm, picture: Picture) -> list[tuple[int, str]]:
    """The slots of the day with places left, in words."""
    if not look.is_valid():
        return []
    venue_id, day = look.cleaned_data["venue"], look.cleaned_data["day"]
    lines = picker.slots_of(picture, venue_id=venue_id, day=day, wanted=Wanted(day))
    return [(one.slot_id, f"{one.starts_at:%-H:%M}（{one.both}）") for one in lines if one.is_free]
