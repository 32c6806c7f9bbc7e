"""Where messages leave from: the simulated carrier and mail server of this demo."""

from datetime import time
from typing import Final

from django.utils import timezone

from config import env
from config.demo.cast import TOWNS, Town
from notifications import senders as known
from notifications.models import Sender
from tenancy import municipalities
from tenancy.current import municipality_atomic, serving

MIDNIGHT: Final = time(0)


def senders() -> str:
    """Each town sends under its own name, at any hour: visitors of the demo come at any hour."""
    for town in TOWNS:
        with serving(municipalities.find(code=town.code)):
            if known.sender().sms_account != env.text("WAKU_CARRIER_ACCOUNT"):
                _set_up(town)
    return "、".join(f"{town.name} {town.sms_name}" for town in TOWNS)


def _set_up(town: Town) -> None:
    with municipality_atomic():
        row = Sender.objects.select_for_update().get(pk=known.sender().pk)
        row.quiet_from = row.quiet_until = row.remind_from = MIDNIGHT  # never quiet
        row.save()
        known.set_up(
            sms_account=env.text("WAKU_CARRIER_ACCOUNT"),
            sms_token=env.text("WAKU_CARRIER_TOKEN"),
            sms_name=town.sms_name,
            mail_address=town.mail_address,
            by=None,
            at=timezone.now(),
        )
