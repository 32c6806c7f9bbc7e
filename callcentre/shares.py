"""Question: of which channels' places an operator may take, in which order (電話で使える枠)."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from booking.rulebook import rulebook
from venues.models import Channel

# One sign each, for the picker's narrow cells.
SIGNS: Final = {
    Channel.PHONE: _("電"),
    Channel.WEB: _("ネ"),
    Channel.WALK_IN: _("窓"),
    Channel.RESERVE: _("予"),
}


def shares() -> tuple[Channel, ...]:
    """The telephone's places first, then those the ward lends it."""
    rules = rulebook().rules
    lent = (
        (Channel.WEB, rules.phone_takes_web),
        (Channel.WALK_IN, rules.phone_takes_walk_in),
        (Channel.RESERVE, rules.phone_takes_reserve),
    )
    return (Channel.PHONE, *(channel for channel, is_lent in lent if is_lent))
