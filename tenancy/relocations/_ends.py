"""Both ends are two databases, and nothing of the municipality's name stands at the target."""

import secrets

from tenancy.relocations._refusals import RelocationRefused
from tenancy.relocations._road import Road, one, owner_of


def check(road: Road) -> None:
    """Refuse before anything is made: the move empties one end, and makes the other anew."""
    if _are_one(road):
        raise RelocationRefused(
            f"{road.target.database} は {road.source.database} と同じデータベースの別の名前です。"
        )
    with owner_of(road.target) as cursor:
        if one(cursor, "SELECT 1 FROM pg_namespace WHERE nspname = %s", [road.schema]):
            raise RelocationRefused(
                f"{road.target.database} にはすでにスキーマ {road.schema} があります。"
                "だれのものか確かめ、要らなければ消してから、もう一度実行してください。"
            )


def _are_one(road: Road) -> bool:
    """A lock that only one session of a database may hold: addresses and names may deceive."""
    key = [secrets.randbits(62)]
    with owner_of(road.source) as here:
        one(here, "SELECT pg_advisory_lock(%s)::text", key)
        try:
            with owner_of(road.target) as there:
                is_free = one(there, "SELECT pg_try_advisory_lock(%s)", key)
                if is_free:
                    one(there, "SELECT pg_advisory_unlock(%s)", key)
                return not is_free
        finally:
            one(here, "SELECT pg_advisory_unlock(%s)", key)
