"""Verb: book several people side by side, all or none: a family, a care home (まとめて予約).

Whoever books for others says that they agreed: the sentence is the ward's, and that it was
acknowledged is written down for each of them.
"""

import hashlib
import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking import adjacent, holds, reservations
from booking.adjacent import MOST_SLOTS, Room
from booking.contacts import Contact
from booking.models import Reservation, Resident
from booking.reservations import Asking, PairNotFree, Refused, SlotFull, Wish
from booking.rulebook import rulebook
from privacy import access_log
from tenancy.current import municipality_atomic
from tenancy.models import Staff
from venues import slots
from venues.models import Channel

FEWEST: Final = 2


class GroupNotFree(Refused):
    """There are not as many places side by side; nobody was booked."""

    words = gettext_lazy("人数分の続いた枠がありません。別の日時を選んでください。")
    code = "group_not_free"


class GroupNotAllowed(Refused):
    """The ward does not let these people be booked together by this door."""

    words = gettext_lazy("この人数・続柄のまとめての予約は受け付けていません。")
    code = "group_not_allowed"


class ConsentMissing(Refused):
    """That all agreed was not said, or the sentence is another by now."""

    words = gettext_lazy("全員の同意を確かめて、印を付けてください。")
    code = "consent_missing"


class GroupRefused(Refused):
    """Somebody of the group may not be booked; nobody was. Who it is, is for staff only."""

    words = gettext_lazy(
        "入力された方のなかに、手続きに進めない方がいます。どなたも予約されていません。"
    )
    code = "group_refused"
    from_record = True

    def __init__(self, refused: dict[int, Refused]) -> None:
        super().__init__()
        self.refused = refused  # by position


def consent_words() -> str:
    """The sentence that whoever books for others acknowledges."""
    return rulebook().rules.group_consent or _(
        "予約する全員（または法定代理人）から、代わりに予約することと連絡を受けることの同意を得ています。"
    )


def consent_mark() -> str:
    """A short mark of the sentence in force, so that another one is not taken for it."""
    return hashlib.sha256(consent_words().encode()).hexdigest()[:16]


def most(channel: str) -> int:
    """How many may be booked together by this door; 0 where none."""
    rules, standing = rulebook().rules, rulebook().standing
    if not standing.proxy_allowed:
        return 0
    if channel == Channel.WEB:
        return rules.group_most if rules.group_on_web else 0
    return rules.group_most_by_phone


def speakers(channel: str) -> list[str]:
    """Who may book for others by this door; at the desk also one of them for all."""
    wanted = rulebook().rules.group_speakers
    both = [Reservation.Speaker.FAMILY.value, Reservation.Speaker.CARER.value]
    if channel != Channel.WEB or wanted == "both":
        return both
    return [str(wanted)]


def seats(*, slot_id: int, count: int, channels: Sequence[str], at: datetime) -> list[int] | None:
    """The buckets that so many people would get from this slot on; no promise."""
    return adjacent.spread(_rooms(slot_id, channels, at), count)


def claim_together(
    *,
    residents: list[Resident],
    starts: dict[int, int],
    asking: Asking,
    channels: Sequence[str],
    consent: str,
    contact: Contact | None = None,
    by: Staff | None,
    at: datetime,
) -> list[list[Reservation]]:
    """Book each person for each dose (dose → first slot), side by side, all or none.

    One transaction: people are locked in order of id, then buckets in order of id. The same
    request key gives the same reservations again. Everybody is tried although somebody was
    refused, so that neither words nor time tell who it was.
    """
    _check(residents, asking, consent)
    with municipality_atomic():
        ids = [one.pk for one in residents]
        people = Resident.objects.select_for_update(no_key=True).filter(pk__in=ids)
        list(people.order_by("pk").values_list("pk"))
        if known := earlier(ids, request_key=asking.request_key):
            return known
        held = held_seats(ids, starts=starts, channels=channels, at=at)
        _lock_held(ids, held)
        places = held or _seats(starts, len(residents), channels, at)
        made, refused = [], {}
        for number, resident in enumerate(residents):
            wishes = [Wish(dose, found[number]) for dose, found in sorted(places.items())]
            try:
                made.append(_claim(resident, wishes, asking, contact, by=by, at=at))
            except Refused as refusal:
                refused[number] = refusal
        if refused:
            _refuse(refused)
        _note_consent(residents, asking, consent, by=by, at=at)
    return made


def _lock_held(resident_ids: list[UUID], held: dict[int, list[int]]) -> None:
    # Holds, then buckets by id: two groups whose places overlap wait for each other, never crossed.
    for found in held.values():
        for pk, bucket_id in zip(resident_ids, found, strict=True):
            slots.own(holder_id=pk, bucket_id=bucket_id)
    slots.lock(bucket_ids=sorted({pk for found in held.values() for pk in found}))


def held_seats(
    resident_ids: Sequence[UUID], *, starts: dict[int, int], channels: Sequence[str], at: datetime
) -> dict[int, list[int]]:
    """The bucket held for each person (dose → in their order); empty unless everybody holds all."""
    found: dict[int, list[int]] = {dose: [] for dose in starts}
    reach = {
        dose: {room.bucket_id for room in _rooms(slot_id, channels, at)}
        for dose, slot_id in starts.items()
    }
    for pk in resident_ids:
        kept = holds.standing(resident_id=pk, at=at)
        if kept is None or set(kept.places) != set(starts):
            return {}
        for dose, bucket_id in kept.places.items():
            if bucket_id not in reach[dose]:
                return {}
            found[dose].append(bucket_id)
    return found


def free_seats(
    resident_ids: Sequence[UUID], *, starts: dict[int, int], channels: Sequence[str], at: datetime
) -> dict[int, list[int]]:
    """Where everybody would sit, what the group itself holds being free; raises GroupNotFree."""
    own = Counter[int]()
    for pk in resident_ids:
        kept = holds.standing(resident_id=pk, at=at)
        own.update(kept.places.values() if kept else ())
    found = {}
    for dose, slot_id in starts.items():
        rooms = [
            Room(one.slot_id, one.bucket_id, one.free + own[one.bucket_id])
            for one in _rooms(slot_id, channels, at)
        ]
        places = adjacent.spread(rooms, len(resident_ids))
        if places is None:
            raise GroupNotFree
        found[dose] = places
    return found


def _note_consent(
    residents: list[Resident], asking: Asking, consent: str, *, by: Staff | None, at: datetime
) -> None:
    why = f"{asking.speaker} {len(residents)} {consent} {asking.request_key}"
    for one in residents:
        access_log.record(
            what="group_consent", resident_id=one.pk, why=why, call_id=asking.call_id,
            by=by, at=at,
        )  # fmt: skip


def earlier(resident_ids: list[UUID], *, request_key: UUID) -> list[list[Reservation]]:
    """What the same request already got, person by person; nothing unless everybody has it."""
    found = [
        [one for one in reservations.of_request(request_key=_key(request_key, pk), resident_id=pk)
         if one.is_live]
        for pk in resident_ids
    ]  # fmt: skip
    return found if all(found) else []


def _check(residents: list[Resident], asking: Asking, consent: str) -> None:
    ids = {one.pk for one in residents}
    if not FEWEST <= len(ids) <= most(asking.channel) or len(ids) < len(residents):
        raise GroupNotAllowed
    if asking.speaker not in speakers(asking.channel):
        raise GroupNotAllowed
    if consent != consent_mark():
        raise ConsentMissing


def _seats(
    starts: dict[int, int], count: int, channels: Sequence[str], at: datetime
) -> dict[int, list[int]]:
    # Looked at, locked, looked at again: what a rival has committed meanwhile is seen.
    wide = {room.bucket_id for slot_id in starts.values() for room in _rooms(slot_id, channels, at)}
    if not wide:
        raise GroupNotFree
    slots.lock(bucket_ids=sorted(wide))
    found = {}
    for dose, slot_id in starts.items():
        rooms = [one for one in _rooms(slot_id, channels, at) if one.bucket_id in wide]
        places = adjacent.spread(rooms, count)
        if places is None:
            raise GroupNotFree
        found[dose] = places
    return found


def _rooms(slot_id: int, channels: Sequence[str], at: datetime) -> list[Room]:
    found = slots.rooms_from(slot_id=slot_id, channels=channels, most=MOST_SLOTS, at=at)
    return [Room(*one) for one in found]


def _claim(
    resident: Resident,
    wishes: list[Wish],
    asking: Asking,
    contact: Contact | None,
    *,
    by: Staff | None,
    at: datetime,
) -> list[Reservation]:
    own = Asking(
        channel=asking.channel,
        request_key=_key(asking.request_key, resident.pk),
        notice_version=asking.notice_version,
        speaker=asking.speaker,
        call_id=asking.call_id,
        language=asking.language,
    )
    with municipality_atomic():
        return reservations.claim(
            resident=resident, wishes=wishes, asking=own, contact=contact, by=by, at=at
        )


def _refuse(refused: dict[int, Refused]) -> None:
    if all(isinstance(one, SlotFull | PairNotFree) for one in refused.values()):
        raise GroupNotFree
    stopped = next((one for one in refused.values() if one.code == "stopped"), None)
    raise stopped or GroupRefused(refused)


def _key(request_key: UUID, resident_id: UUID) -> UUID:
    """One request, one key a person: pressing twice is once for each of them."""
    return uuid.uuid5(request_key, str(resident_id))
