"""Verb: shred what a rehearsal left, so that real people never stand beside it (S-13, S-46, S-56).

Owner's work: facts are append-only for everybody else. The tables are named one by one; a table
that points at one of them and is not named makes PostgreSQL refuse the whole.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connections
from django.utils.translation import gettext_lazy as _

from exchange import spool
from privacy import access_log
from tenancy import live, schemas, standings
from tenancy.current import current, owner_atomic
from tenancy.models import Staff
from tenancy.permissions import Permission

TABLES: Final = (
    "booking_resident", "booking_voucher", "booking_reservation", "booking_reservationevent",
    "booking_onetimecode", "booking_statusdecision", "booking_waitinglistentry",
    "booking_waitinglistoffer", "booking_leftovercall", "booking_leftoveroffer",
    "booking_lottery", "booking_lotteryapplication",
    "booking_mailing", "booking_envelope", "booking_leftoutvoucher", "booking_voucherevent",
    "booking_assignmentplan", "booking_assignedplace",
    "booking_transfer", "booking_transferline", "booking_transferevent",
    "callcentre_call", "callcentre_callnote", "callcentre_callparty", "callcentre_lease",
    "callcentre_wardrequest", "callcentre_watchmark",
    "exchange_parcel", "exchange_parcelevent", "exchange_rejectedrow", "exchange_handoverrecord",
    "exchange_handoveranswer", "exchange_medium",
    "venues_hold", "notifications_message", "notifications_attempt", "notifications_receipt",
)  # fmt: skip


# The people are gone from their places, and the ledger tells why.
EMPTYING: Final = """
WITH emptied AS (
    UPDATE venues_bucket b SET taken = 0, held = 0 FROM venues_bucket was
    WHERE was.id = b.id AND b.taken + b.held > 0 RETURNING b.id, was.taken, was.held
)
INSERT INTO venues_placeentry (bucket_id, what, taken, held, happened_at)
SELECT id, 'shredded', -taken, -held, clock_timestamp() FROM emptied
"""


class ShreddingRefused(Exception):
    """Nothing was shredded; `words` say why."""

    words = _("消去できません。")


class NotARehearsal(ShreddingRefused):
    """From 本稼働 on everything is real."""

    words = _("構築または仮稼働の段階ではないため、消去できません。")


class RealPeopleHere(ShreddingRefused):
    """Somebody in there is not a dummy."""

    words = _("ダミーではない対象者がいるため、消去できません。")


class NotAllowed(ShreddingRefused):
    """Only those who may move the stage."""

    words = _("段階を進められる職員だけができます。")


@dataclass(frozen=True)
class Shredded:
    """What went."""

    residents: int
    files: int


def shred(*, by: Staff, at: datetime) -> Shredded:
    """Empty every table of the rehearsal; venues, rules, words, accounts and the logs stay."""
    if not by.may(Permission.CHANGE_STAGE):
        raise NotAllowed
    if not standings.standing().takes_dummy_only:
        raise NotARehearsal
    residents = _empty_tables()
    files = _empty_spool()
    access_log.record(what="rehearsal_shredded", count=max(1, residents), by=by, at=at)
    live.stir()
    return Shredded(residents, files)


def _empty_tables() -> int:
    owner = schemas.owner_of(current())
    with owner_atomic(owner), connections[owner].cursor() as cursor:
        cursor.execute("LOCK TABLE booking_resident IN ACCESS EXCLUSIVE MODE")
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE NOT is_dummy) FROM booking_resident"
        )
        found, real = cursor.fetchone()
        if real:
            raise RealPeopleHere
        cursor.execute(f"TRUNCATE {', '.join(TABLES)}")
        cursor.execute(EMPTYING)
    return int(found)


def _empty_spool() -> int:
    files = list(spool.folder().glob("*.sealed"))
    for file in files:
        file.unlink(missing_ok=True)
    return len(files)
