"""Both ends hold the same: sequences set, rows counted and summed table by table."""

from tenancy.directory.models import Municipality
from tenancy.relocations._copying import Tell
from tenancy.relocations._refusals import Unequal
from tenancy.relocations._road import Road, owner_of, tables

type Sums = dict[str, tuple[int, str]]


def set_sequences(road: Road) -> None:
    """Replication carries rows, not where the sequences stand."""
    for name, last, is_called in _sequences(road.source):
        with owner_of(road.target) as cursor:
            cursor.execute(
                "SELECT setval(%s::regclass, %s, %s)", [f"{road.schema}.{name}", last, is_called]
            )


def prove(road: Road, tell: Tell) -> None:
    """Count and sum every table at both ends; raises Unequal and names the tables that differ."""
    here, there = _sums(road.source), _sums(road.target)
    differing = sorted(name for name in here | there if here.get(name) != there.get(name))
    differing += [] if _sequences(road.source) == _sequences(road.target) else ["(sequence)"]
    if differing:
        raise Unequal(differing)
    rows = sum(count for count, _ in here.values())
    tell(f"照合 {len(here)} 表、{rows:,} 行: すべて一致しました。")


def _sums(end: Municipality) -> Sums:
    found: Sums = {}
    with owner_of(end) as cursor:
        cursor.execute("SELECT set_config('extra_float_digits', '3', false)")
        for name in tables(cursor, end.schema):
            cursor.execute(
                "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)), 0)::text "
                f"FROM {end.schema}.{name} AS t"
            )
            count, summed = cursor.fetchone()
            found[name] = count, summed
    return found


def _sequences(end: Municipality) -> list[tuple[str, int, bool]]:
    found = []
    with owner_of(end) as cursor:
        cursor.execute(
            "SELECT sequencename FROM pg_sequences WHERE schemaname = %s ORDER BY 1", [end.schema]
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"SELECT last_value, is_called FROM {end.schema}.{name}")
            found.append((name, *cursor.fetchone()))
    return found
