"""What booking adds to an opening's page, which venues does not know (戸口)."""

from django.urls import reverse
from django.utils.translation import gettext as _

from booking import transfers
from booking.models import Transfer
from shared.masthead import Link
from tenancy.models import Staff
from tenancy.permissions import Permission
from venues.models import Opening


def closing(opening: Opening, staff: Staff) -> list[Link]:
    """To the pages that close the day and move its people, or tell how they are told."""
    if not staff.may(Permission.EDIT_VENUES):
        return []
    words = _("この日を休止する") if opening.is_open else _("休止の連絡と再開")
    return [
        Link(label=words, url=reverse("booking:close_day", args=[opening.pk])),
        _transfer(opening),
    ]


def _transfer(opening: Opening) -> Link:
    found = transfers.of_opening(opening)
    if found is not None and found.state in Transfer.OPEN:
        return Link(label=_("進行中の振替を見る"), url=reverse("booking:transfer", args=[found.pk]))
    url = reverse("booking:begin_transfer", args=[opening.pk])
    return Link(label=_("休止して予約を振替える"), url=url)
