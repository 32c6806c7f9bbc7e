"""Verb of the key file's exchange (包み直し): every municipality's keys, wrapped by the new key.

What the keys sealed stays as it is: only their wrapping changes. A municipality is rewrapped whole
or not at all; killed and given again, the rest is done.
"""

from dataclasses import dataclass
from datetime import datetime

from privacy import access_log, keys
from privacy.key_file import wrapping_keys
from privacy.models import WrappedKey
from tenancy.current import current, municipality_atomic


@dataclass(frozen=True)
class Rewrapped:
    """What was done for one municipality."""

    done: int
    already: int


def rewrap(*, at: datetime) -> Rewrapped:
    """Wrap the keys of the municipality being served by the first key of the file.

    Raises KeysMissing where no key of the file opens one of them; then nothing has changed.
    """
    newest = wrapping_keys()[0]
    done = already = 0
    with municipality_atomic():
        for row in WrappedKey.objects.select_for_update().order_by("purpose"):
            if is_newest(row):
                already += 1
                continue
            opened = keys.unwrapped(row)
            row.wrapped, row.wrapping_key = keys.wrapped(opened, row.purpose), newest.name
            assert keys.unwrapped(row) == opened
            row.save(update_fields=["wrapped", "wrapping_key"])
            done += 1
        if done:
            access_log.record(what="rewrap_keys", role="server", count=done, by=None, at=at)
    return Rewrapped(done, already)


def former() -> int:
    """How many keys of the municipality being served need a former key of the file, or have none."""
    return sum(not is_newest(row) for row in WrappedKey.objects.all())


def is_newest(row: WrappedKey) -> bool:
    """Whether the first key of the file opens this one: the name in the row proves nothing."""
    return keys.opens(wrapping_keys()[0].secret, row, current().code)
