"""Where messages leave from: the simulated carrier and mail server of this demo."""

from django.utils import timezone

from config import env
from config.demo.cast import TOWNS
from notifications import senders as known
from tenancy import municipalities
from tenancy.current import serving


def senders() -> str:
    """Each town sends under its own name."""
    for town in TOWNS:
        with serving(municipalities.find(code=town.code)):
            known.set_up(
                sms_account=env.text("WAKU_CARRIER_ACCOUNT"),
                sms_token=env.text("WAKU_CARRIER_TOKEN"),
                sms_name=town.label.title(),
                mail_address=f"waku@{town.label}.example",
                by=None,
                at=timezone.now(),
            )
    return "、".join(f"{town.name} {town.label.title()}" for town in TOWNS)
