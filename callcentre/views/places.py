"""Door: the places left as the open desk shows them, by sequence and entity tag."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from callcentre import picker
from callcentre.picker import SlotLine, Wanted
from shared.figures import whole_number
from tenancy.permissions import Permission
from tenancy.policies import policy, staff_may
from venues import availability
from venues.picture import Picture


@policy(staff_may(Permission.SEE_VENUES))
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Days by venue and the slots asked for; 304 where the sequence is the one already shown."""
    now = timezone.now()
    picture = availability.staff_places(at=now, seq=whole_number(request.GET.get("seq")) or 0)
    etag = f'"places-{picture.seq}"'
    if picture.seq and request.headers.get("If-None-Match") == etag:
        answer: HttpResponse = HttpResponseNotModified()
    else:
        answer = JsonResponse(_document(request, picture))
    answer["ETag"] = etag
    return answer


def _document(request: HttpRequest, picture: Picture) -> dict[str, Any]:
    since, day = _day(request.GET.get("since")), _day(request.GET.get("day"))
    venue_id = whole_number(request.GET.get("venue"))
    document: dict[str, Any] = {"seq": picture.seq, "slots": {}, "days": {}}
    if since is not None:
        _, rows = picker.days_by_venue(picture, wanted=Wanted(since))
        document["days"] = {
            f"{cell.venue_id}/{cell.day.isoformat()}": [cell.left, cell.level]
            for row in rows
            for cell in row.cells
            if cell.level != "closed"
        }
    lines: list[SlotLine] = []
    if day is not None and venue_id:
        lines = picker.slots_of(picture, venue_id=venue_id, day=day, wanted=Wanted(day))
    named = {whole_number(one) for one in request.GET.get("slots", "").split(",")[:10]}
    lines += [line for one in named - {None} if one and (line := picker.find_slot(picture, one))]
    document["slots"] = {line.slot_id: [str(line.both), line.parts, line.level] for line in lines}
    return document


def _day(words: str | None) -> date | None:
    try:
        return date.fromisoformat(words or "")
    except ValueError:
        return None
