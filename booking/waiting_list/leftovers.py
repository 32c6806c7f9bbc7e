"""Leftover doses of the day (当日の余り): called out to who can be there at once; the quickest comes.

Nothing is held and nothing is promised beyond the doses there are: each answer is a claim of a
place, and the claim counts. People are asked in rounds, in their turn, by the minute's sweep.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connections
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from booking import reservations
from booking.models import LeftoverCall, LeftoverOffer, Reservation, Resident, WaitingListEntry
from booking.reservations import Asking, Wish
from booking.waiting_list import _answering, _ending, _offering, _telling, _tokens
from booking.waiting_list._refusals import AlreadyAnswered, LeftoversGone, UnknownOffer
from booking.waiting_list._wishes import LEFTOVER_MINUTES
from notifications import outbox, senders
from notifications.quiet_hours import next_permitted
from privacy import access_log
from shared.calendar import day_of
from tenancy.current import current, municipality_atomic
from tenancy.models import Staff
from venues import leftovers as places
from venues.models import Channel, Opening
from venues.refusals import Refused
from venues.slot_facts import SlotFacts, facts

State = LeftoverOffer.State
MOST_DOSES: Final = 50
ANSWER: Final = timedelta(minutes=10)  # the least that anybody who is asked has
OPEN_FOR: Final = timedelta(minutes=20)
ROUND_EVERY: Final = timedelta(minutes=5)
EACH: Final = 2  # people asked for one dose that is left, a round
STEP: Final = timedelta(minutes=5)

# Who can be there in time, wants this venue and day, and was not asked by this call: in turn.
FITTING = """
SELECT e.id FROM booking_waitinglistentry e
JOIN booking_resident r ON r.id = e.resident_id
WHERE e.state = 'waiting' AND e.reach = 'written' AND r.status_flag = '0'
    AND e.programme_id = %(programme)s
    AND e.leftover_minutes <= %(minutes)s AND %(day)s BETWEEN e.first_day AND e.last_day
    AND (e.venue_ids = '[]'::jsonb OR e.venue_ids @> to_jsonb(%(venue)s::bigint))
    AND EXISTS (SELECT 1 FROM booking_voucher v WHERE v.resident_id = e.resident_id AND v.is_live)
    AND NOT EXISTS (SELECT 1 FROM booking_reservation b WHERE b.resident_id = e.resident_id
        AND b.programme_id = e.programme_id AND b.dose_number = e.dose_number
        AND (b.is_live OR b.claimed_at >= e.joined_at))
    AND NOT EXISTS (SELECT 1 FROM booking_leftoveroffer o
        WHERE o.entry_id = e.id AND o.call_id = %(call)s)
ORDER BY e.turn, e.joined_at, e.id LIMIT %(most)s FOR NO KEY UPDATE OF e SKIP LOCKED
"""


@dataclass(frozen=True)
class Standing:
    """How one call stands."""

    call: LeftoverCall
    asked: int
    declined: int
    taken: int

    @property
    def left(self) -> int:
        """Doses nobody comes for yet."""
        return max(0, self.call.doses - self.taken)


def openings_today(*, at: datetime) -> list[Opening]:
    """Where doses can be left over now."""
    rows = Opening.objects.select_related("venue", "vaccine").filter(day=day_of(at), is_open=True)
    return list(rows.order_by("venue__code", "starts_at"))


def call_out(
    *, opening: Opening, doses: int, minutes: int, by: Staff, at: datetime
) -> LeftoverCall:
    """Offer so many doses to who can be there within these minutes, from this moment on."""
    if not (1 <= doses <= MOST_DOSES and minutes in LEFTOVER_MINUTES):
        raise Refused(_("本数と時間を確かめてください。"))
    if _told_at(at) > at:
        raise Refused(_("夜間は案内を送れません。"))
    comes_by = _rounded_up(at + OPEN_FOR + timedelta(minutes=minutes))
    with municipality_atomic():
        bucket = places.open_places(
            opening=opening, starts_at=comes_by, places=doses, reason=_("当日の余り"), by=by, at=at
        )
        made = LeftoverCall.objects.create(
            bucket=bucket, slot_id=bucket.slot_id, doses=doses, minutes=minutes, called_at=at,
            until=at + OPEN_FOR, called_by=by,
        )  # fmt: skip
        _ask_round(made, at=at)
    return made


def end(*, call: LeftoverCall, by: Staff, at: datetime) -> None:
    """Stop at once: who has said yes comes, nobody else can. Twice is once."""
    with municipality_atomic():
        row = LeftoverCall.objects.select_for_update(no_key=True).get(pk=call.pk)
        if row.ended_at is None:
            _end(row, by=by, at=at)


def sweep(*, at: datetime) -> int:
    """Ask the next rounds, end what is over; how many acts."""
    rows = LeftoverCall.objects.filter(ended_at=None).order_by("called_at")
    return sum(_sweep_one(pk, at=at) for pk in rows.values_list("pk", flat=True))


def standing(*, at: datetime, since: timedelta = timedelta(hours=12)) -> list[Standing]:
    """The calls of the day with their counts, the newest first."""
    rows = LeftoverCall.objects.select_related("slot__opening__venue", "called_by", "bucket")
    found = rows.filter(called_at__gte=at - since).annotate(
        asked=Count("offers"),
        declined=Count("offers", filter=Q(offers__state=State.DECLINED)),
    )
    return [
        Standing(one, one.asked, one.declined, one.bucket.taken)
        for one in found.order_by("-called_at")
    ]


def find_call(pk: UUID) -> LeftoverCall | None:
    """One call."""
    return LeftoverCall.objects.filter(pk=pk).first()


def find(*, token: str, at: datetime) -> LeftoverOffer:
    """The offer of a link, while it can be answered; raises UnknownOffer or LeftoversGone."""
    rows = LeftoverOffer.objects.select_related("call__slot__opening__venue", "call__bucket")
    found = rows.filter(token_index=_tokens.index(token)).first()
    if found is None:
        raise UnknownOffer
    if found.state == State.OPEN:
        _check_open(found, at=at)
    return found


def take(*, offer_id: UUID, at: datetime) -> Reservation:
    """Come for a dose: a claim, so that no dose is promised twice; again is the same one."""
    with municipality_atomic():
        offer, entry = _locked(offer_id)
        if offer.state != State.OPEN:
            return _taken(offer, entry)
        _check_open(offer, at=at)
        asking = Asking(
            channel=Channel.WALK_IN, request_key=offer.pk, language=entry.language,
            notice_version=entry.notice_version,
        )  # fmt: skip
        try:
            (made,) = reservations.claim(
                resident=entry.resident,
                wishes=[Wish(entry.dose_number, offer.call.bucket_id)], asking=asking,
                contact=_answering.contact_of(entry), by=None, at=at,
            )  # fmt: skip
        except reservations.SlotFull as full:
            raise LeftoversGone from full
        _answered(offer, State.TAKEN, at=at)
        _ending.end(entry, WaitingListEntry.State.BOOKED, at=at)
    return made


def decline(*, offer_id: UUID, at: datetime) -> None:
    """Not this time: the turn on the list stays as it is."""
    with municipality_atomic():
        offer, entry = _locked(offer_id)
        if offer.state != State.OPEN:
            raise AlreadyAnswered
        _answered(offer, State.DECLINED, at=at)
        access_log.record(what="leftover_declined", resident_id=entry.resident_id, by=None, at=at)


def _sweep_one(pk: UUID, *, at: datetime) -> int:
    with municipality_atomic():
        rows = LeftoverCall.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
        call = rows.select_related("bucket", "called_by").filter(pk=pk, ended_at=None).first()
        if call is None:
            return 0
        if at >= call.until or call.bucket.taken >= call.doses:
            _end(call, by=call.called_by, at=at)
            return 1
        if call.asked_at and at < call.asked_at + ROUND_EVERY:
            return 0
        return _ask_round(call, at=at)


def _end(call: LeftoverCall, *, by: Staff, at: datetime) -> None:
    places.shut(bucket_id=call.bucket_id, reason=_("当日の余りの受付を終了"), by=by, at=at)
    call.ended_at = at
    call.save(update_fields=["ended_at"])
    open_ones = LeftoverOffer.objects.filter(call=call, state=State.OPEN)
    outbox.supersede_all(references=list(open_ones.values_list("pk", flat=True)), at=at)


def _ask_round(call: LeftoverCall, *, at: datetime) -> int:
    """Ask the next ones, each with the whole time to answer; nobody when that is too late."""
    left = call.doses - call.bucket.taken
    if left < 1 or at + ANSWER > call.until or _told_at(at) > at:
        return 0
    place = facts(call.bucket_id)
    asked = {
        "minutes": call.minutes, "day": place.day, "venue": place.venue_id, "call": call.pk,
        "programme": place.programme_id,
        "most": left * EACH,
    }  # fmt: skip
    with connections[current().database].cursor() as cursor:
        cursor.execute(FITTING, asked)  # type: ignore[arg-type]  # UUIDs too
        found = [pk for (pk,) in cursor.fetchall()]
    rows = WaitingListEntry.objects.select_related("resident").in_bulk(found)
    count = sum(_ask(call, rows[pk], place, at=at) for pk in found)
    call.asked_at = at
    call.save(update_fields=["asked_at"])
    return count


def _ask(call: LeftoverCall, entry: WaitingListEntry, place: SlotFacts, *, at: datetime) -> bool:
    if _telling.is_by_call(entry) or not _offering.may_book(entry, place, at=at):
        return False
    token = _tokens.make()
    offer = LeftoverOffer.objects.create(
        id=uuid.uuid4(), call=call, entry=entry, token_index=_tokens.index(token), made_at=at
    )
    outbox.enqueue_all([_telling.owed_for_leftover(offer, entry, place, token, at=at)])
    return True


def _locked(offer_id: UUID) -> tuple[LeftoverOffer, WaitingListEntry]:
    offer = LeftoverOffer.objects.select_related("call", "entry").filter(pk=offer_id).first()
    if offer is None:
        raise UnknownOffer
    Resident.objects.select_for_update(no_key=True).only("pk").get(pk=offer.entry.resident_id)
    entry = WaitingListEntry.objects.select_for_update(no_key=True).get(pk=offer.entry_id)
    return LeftoverOffer.objects.select_related("call__bucket").get(pk=offer_id), entry


def _check_open(offer: LeftoverOffer, *, at: datetime) -> None:
    call = offer.call
    if call.ended_at is not None or at >= call.until or call.bucket.taken >= call.doses:
        raise LeftoversGone


def _taken(offer: LeftoverOffer, entry: WaitingListEntry) -> Reservation:
    found = reservations.of_request(request_key=offer.pk, resident_id=entry.resident_id)
    live = [one for one in found if one.is_live]
    if not live:
        raise AlreadyAnswered
    return live[0]


def _answered(offer: LeftoverOffer, state: str, *, at: datetime) -> None:
    offer.state, offer.ended_at = state, at
    offer.save(update_fields=["state", "ended_at"])
    outbox.supersede(reference=offer.pk, at=at)


def _told_at(at: datetime) -> datetime:
    return next_permitted(quiet=senders.quiet_hours(senders.kept()), at=at)


def _rounded_up(moment: datetime) -> datetime:
    over = (moment - moment.replace(minute=0, second=0, microsecond=0)) % STEP
    return moment + (STEP - over if over else timedelta())
