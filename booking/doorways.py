"""What booking adds to an opening's page, which venues does not know (戸口)."""

from django.urls import reverse
from django.utils.translation import gettext as _

from shared.masthead import Link
from tenancy.models import Staff
from tenancy.permissions import Permission
from venues.models import Opening


def closing(opening: Opening, staff: Staff) -> list[Link]:
    """To the page that closes the day, or that tells how its people are told."""
    if not staff.may(Permission.EDIT_VENUES):
        return []
    words = _("この日を休止する") if opening.is_open else _("休止の連絡と再開")
    return [Link(label=words, url=reverse("booking:close_day", args=[opening.pk]))]
