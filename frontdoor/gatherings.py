"""Verbs: plan an opening moment and call it off; the lot is fixed beforehand (開始前の集合).

Whoever comes between `gathers_from` and `opens_at` waits; at the opening second they come in by
lot. The lot of a slip is the HMAC of its number under a random seed. The hash of the seed is shown
as soon as the moment is planned, the seed once it has passed: everybody can prove the order.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from frontdoor.models import Gathering
from tenancy.current import municipality_atomic, on_commit
from tenancy.models import Staff

LONGEST = timedelta(hours=3)
KEPT = timedelta(hours=12)  # so long the door remembers that it opened


class GatheringRefused(Exception):
    """The moment cannot be so; `words` are fit for the page."""

    words: str | Promise = _("登録できませんでした。")


class AlreadyPast(GatheringRefused):
    """Nobody can gather for a moment that has passed."""

    words = _("開始日時は、いまより後にしてください。")


class GathersTooLong(GatheringRefused):
    """Nobody is made to wait for so long."""

    words = _("集合は、開始の3時間前から1分前までに始めてください。")


class MomentTaken(GatheringRefused):
    """There is one already."""

    words = _("同じ時間帯の集合がすでにあります。")


def plan(*, opens_at: datetime, gathers_from: datetime, by: Staff, at: datetime) -> Gathering:
    """Plan an opening moment; its seed is drawn now and never changed."""
    if opens_at <= at:
        raise AlreadyPast
    if not timedelta(minutes=1) <= opens_at - gathers_from <= LONGEST:
        raise GathersTooLong
    seed = secrets.token_hex(32)
    row = Gathering(
        opens_at=opens_at, gathers_from=gathers_from, seed=seed, seed_hash=hash_of(seed),
        planned_by=by, planned_at=at,
    )  # fmt: skip
    from frontdoor import knowledge

    with municipality_atomic():
        clashes = Gathering.objects.filter(
            cancelled_at=None, opens_at__gt=gathers_from, gathers_from__lt=opens_at
        )
        if clashes.exists():
            raise MomentTaken
        try:
            with municipality_atomic():
                row.save()
        except IntegrityError as clash:
            raise MomentTaken from clash
        on_commit(knowledge.forget_kept)
    return row


def cancel(*, gathering: Gathering, by: Staff, at: datetime) -> None:
    """Call a moment off before it comes; whoever waits goes on in the order of the lot."""
    from frontdoor import knowledge

    with municipality_atomic():
        row = Gathering.objects.select_for_update().get(pk=gathering.pk)
        if row.cancelled_at is not None:
            return
        if row.opens_at <= at:
            raise AlreadyPast
        row.cancelled_by, row.cancelled_at = by, at
        row.save(update_fields=["cancelled_by", "cancelled_at"])
        on_commit(knowledge.forget_kept)


def hash_of(seed: str) -> str:
    """What is shown before the moment."""
    return hashlib.sha256(seed.encode()).hexdigest()


def find(pk: UUID) -> Gathering | None:
    """One moment."""
    return Gathering.objects.filter(pk=pk).first()


def newest(*, count: int = 20) -> list[Gathering]:
    """Planned, past and called off, newest first."""
    return list(Gathering.objects.select_related("planned_by", "cancelled_by")[:count])


def upcoming(*, at: datetime) -> Gathering | None:
    """The moment that is next, or else the one that has just passed."""
    rows = Gathering.objects.filter(cancelled_at=None).order_by("opens_at")
    return rows.filter(opens_at__gt=at).first() or rows.filter(opens_at__gt=at - KEPT).last()


def last_opened(*, at: datetime) -> Gathering | None:
    """The moment that passed last: its seed may be known."""
    rows = Gathering.objects.filter(cancelled_at=None, opens_at__lte=at)
    return rows.order_by("-opens_at").first()
