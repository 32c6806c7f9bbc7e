"""The statements of a claim, composed of the fragments that each app owns."""

from datetime import datetime
from functools import cache

from django.db.models import Field

from booking.models import Reservation, Resident
from booking.reservations._wish import Asking
from notifications import outbox
from privacy import access_log
from tenancy.models import Staff
from venues import slots

# Flag and voucher are asked again at the moment of taking, under the resident's lock: a list that
# flags somebody meanwhile is waited for, before any bucket is held. Buckets come after residents.
PERSON = (
    "SELECT r.id FROM booking_resident r WHERE r.id = %(resident)s AND r.status_flag = '0' "
    "AND EXISTS (SELECT 1 FROM booking_voucher v WHERE v.resident_id = r.id AND v.is_live) "
    "FOR NO KEY UPDATE OF r"
)
# The rules were decided on what the resident holds; more may have been committed while the lock was
# waited for. A statement does not see that, a function of the database called after the lock does.
STANDING = "SELECT booking_live_doses(p.id) AS held FROM person p"
AGREED = "EXISTS (SELECT 1 FROM standing WHERE held = %(held)s::text)"
HELD = f"WITH person AS MATERIALIZED ({PERSON}) {STANDING}"
RESERVATION = (
    "id, reservation_number, resident_id, programme_id, dose_number, bucket_id, slot_id, channel, "
    "speaker, is_live, version, request_key, notice_version, claimed_at"
)
EVENT = (
    "id, reservation_id, what, version, channel, slot_before_id, slot_after_id, reason, "
    "done_by_id, call_id, happened_at"
)


# The first claim brings the contact along; whoever already holds a place proves more before it
# may change (a code to the contact on record), so that nobody takes a reservation over by claiming.
CONTACT = (
    "UPDATE booking_resident r SET phone = %(phone)s::bytea, email = %(email)s::bytea, "
    "phone_index = %(phone_index)s::bytea, email_index = %(email_index)s::bytea, "
    "language = %(language)s::text, version = r.version + 1, changed_at = %(at)s::timestamptz "
    "WHERE r.id = %(resident)s AND EXISTS (SELECT 1 FROM made) "
    "AND EXISTS (SELECT 1 FROM standing WHERE held = '') RETURNING r.id"
)

# Holds that the claim turns into reservations: the person's own, or one that ran out.
YIELDED = slots.yielding_sql(provided=AGREED)
ENTRY = slots.taken_sql(
    what="claimed", places=1, source="made", bucket="made.bucket_id", reservation="made.id",
    unheld=slots.unheld_sql(yielded="yielded", bucket="made.bucket_id"),
)  # fmt: skip

# Computed once and before what asks them.
ORDERED = {"person", "standing", "yielded", "locked"}


@cache
def single(messages: int, *, contact: bool = False, former: int = 0) -> str:
    """One place: UPDATE first, everything else from what it returned."""
    place = slots.taking_sql(bucket="%(bucket0)s", provided=AGREED, yielded="yielded")
    steps = [("person", PERSON), ("standing", STANDING), ("yielded", YIELDED), ("place", place)]
    return _whole(steps, places=1, messages=messages, contact=contact, former=former)


@cache
def several(places: int, messages: int, *, contact: bool = False, former: int = 0) -> str:
    """Several places or none: lock all in order of id, then take them if all are free."""
    ready = f"(SELECT count(*) FROM locked) = {places}"
    steps = [
        ("person", PERSON),
        ("standing", STANDING),
        ("yielded", YIELDED),
        (
            "locked",
            slots.locking_sql(buckets="%(buckets)s::bigint[]", provided=AGREED, yielded="yielded"),
        ),
        ("place", slots.taking_locked_sql(locked="locked", provided=ready, yielded="yielded")),
    ]
    return _whole(steps, places=places, messages=messages, contact=contact, former=former)


def _whole(
    steps: list[tuple[str, str]], *, places: int, messages: int, contact: bool, former: int
) -> str:
    values = " UNION ALL ".join(_reservation_values(number) for number in range(places))
    steps = [
        *steps,
        ("made", f"INSERT INTO booking_reservation ({RESERVATION}) {values} RETURNING *"),
        ("entry", ENTRY),
        ("event", f"INSERT INTO booking_reservationevent ({EVENT}) {_event_values()}"),
        ("seen", access_log.inserting_sql(provided="EXISTS (SELECT 1 FROM made)")),
    ]
    if contact:
        steps.append(("contact", CONTACT))
    all_made = f"(SELECT count(*) FROM made) = {places}"
    steps += [
        (f"told{number}", outbox.inserting_sql(name=f"m{number}", provided=all_made))
        for number in range(messages)
    ]
    # The last ones go to the contact that was on record: only where it was replaced.
    replaced = f"{all_made} AND EXISTS (SELECT 1 FROM contact)"
    steps += [
        (f"told{number}", outbox.inserting_sql(name=f"m{number}", provided=replaced))
        for number in range(messages, messages + former)
    ]
    text = ", ".join(
        f"{name} AS {'MATERIALIZED ' if name in ORDERED else ''}({body})" for name, body in steps
    )
    # Some but not all places would be a torn claim: dividing by zero undoes the statement.
    guard = f"1 / CASE WHEN (SELECT count(*) FROM made) IN (0, {places}) THEN 1 ELSE 0 END"
    undone = slots.undoing_sql(yielded="yielded", when="(SELECT count(*) FROM made) = 0")
    return (
        f"WITH {text} SELECT (SELECT held FROM standing), "
        f"(SELECT count(*) FROM made) * ({guard}), {undone}"
    )


def _reservation_values(number: int) -> str:
    return (
        f"SELECT %(id{number})s::uuid, %(number{number})s::text, %(resident)s::uuid, "
        f"%(programme)s::bigint, %(dose{number})s::int, p.bucket_id, p.slot_id, "
        "%(channel)s::text, %(speaker)s::text, true, 1, %(request_key)s::uuid, "
        "%(notice_version)s::int, %(at)s::timestamptz "
        f"FROM place p WHERE p.bucket_id = %(bucket{number})s"
    )


def _event_values() -> str:
    return (
        "SELECT gen_random_uuid(), made.id, 'claimed', 1, %(channel)s::text, NULL::bigint, "
        "made.slot_id, '', %(staff)s::uuid, %(call)s::uuid, %(at)s::timestamptz FROM made"
    )


def contact_parameters(resident: Resident) -> dict[str, object]:
    """The parameters of the contact as it stands on the unsaved row: sealed, with its indexes."""
    found: dict[str, object] = {"language": resident.language}
    for name in ("phone", "email", "phone_index", "email_index"):
        field = Resident._meta.get_field(name)
        assert isinstance(field, Field)
        value = field.pre_save(resident, add=False)
        found[name] = None if value is None else bytes(value)
    return found


def parameters(
    made: list[Reservation], asking: Asking, *, held: str = "", by: Staff | None, at: datetime
) -> dict[str, object]:
    """The parameters both statements share."""
    found: dict[str, object] = {
        "resident": made[0].resident_id,
        "programme": made[0].programme_id,
        "held": held,
        "buckets": [one.bucket_id for one in made],
        # An answer ends what was held for the offer: the person's own hold runs out soon, the
        # offer's would keep a second place for a day.
        "holders": [asking.offer_id or made[0].resident_id],
        "channel": str(asking.channel),
        "speaker": str(asking.speaker),
        "request_key": asking.request_key,
        "notice_version": asking.notice_version,
        "staff": by.pk if by else None,
        "call": asking.call_id,
        "at": at,
    }
    for number, one in enumerate(made):
        found |= {
            f"id{number}": one.pk,
            f"number{number}": one.reservation_number,
            f"dose{number}": one.dose_number,
            f"bucket{number}": one.bucket_id,
        }
    return found | access_log.parameters(
        what="claim", resident_id=made[0].resident_id, call_id=asking.call_id, by=by, at=at
    )
