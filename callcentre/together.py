"""Verb: book everybody whom a caller speaks for, side by side, all or none (施設・家族のまとめて予約)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from booking import group_claims
from booking.models import Reservation
from booking.reservations import Asking
from callcentre import claims
from callcentre.models import Call, CallParty
from callcentre.shares import shares
from tenancy.current import municipality_atomic
from tenancy.models import Staff
from venues.models import Channel


def claim_together_for(
    *,
    parties: list[CallParty],
    starts: dict[int, int],
    speaker: str,
    consent: str,
    request_key: UUID,
    by: Staff,
    at: datetime,
) -> list[list[Reservation]]:
    """Book each party of one's call for each dose (dose → first slot), or nobody.

    Each was found and identified one by one; the lease of each is this call's until the commit.
    """
    with municipality_atomic():
        ordered = sorted(parties, key=lambda one: one.resident_id)
        rows = {one.pk: claims.may_change(one, by=by, at=at) for one in ordered}
        people = [rows[one.pk] for one in parties]
        if not people:
            raise group_claims.GroupNotAllowed
        call = people[0].call
        asking = Asking(
            channel=Channel.PHONE,
            request_key=request_key,
            notice_version=call.notice_version or 1,
            speaker=speaker,
            call_id=call.pk,
            language=people[0].resident.language,
        )
        return group_claims.claim_together(
            residents=[one.resident for one in people],
            starts=starts,
            asking=asking,
            channels=shares(),
            consent=consent,
            by=by,
            at=at,
        )


def identified(call: Call) -> list[CallParty]:
    """Whom of a call may be booked together: everybody who is identified."""
    return [one for one in call.parties.select_related("resident", "call") if one.has_passed]


def may_book(parties: Sequence[CallParty]) -> bool:
    """Whether there are several who may be booked side by side."""
    passed = [one for one in parties if one.has_passed]
    return len(passed) >= group_claims.FEWEST and group_claims.most(Channel.PHONE) > 0
