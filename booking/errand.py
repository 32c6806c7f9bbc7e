"""An errand (手続き): how far somebody has come, kept in the session on the server.

A session row holds ids and choices; a typed contact only sealed; no date of birth, no number.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase

from booking import contacts
from booking.contacts import Contact
from booking.models import Resident
from tenancy import session_lengths

KEY = "errand"
PROVED_FOR = timedelta(minutes=15)  # so long a code sent to the contact counts
NOTED_EVERY = 60  # seconds: a session row is not written with each look


class Level(StrEnum):
    """What has been proved: A may book, B may see and change (design: three levels).

    W proved as much as A but came past the waiting room: it may only join the waiting list.
    G may book several people at once.
    """

    A = "A"
    B = "B"
    W = "W"
    G = "G"


class NotHere(Exception):
    """Nobody of this level has signed in here."""


class TimeOver(Exception):
    """Too long since the last step, or since the first."""


@dataclass
class Errand:
    """One person's errand in one session; every change of it is written back."""

    session: SessionBase
    kept: dict[str, Any]

    @property
    def resident_id(self) -> UUID:
        """Whose errand it is."""
        return UUID(self.kept["resident"])

    @cached_property
    def resident(self) -> Resident:
        """The person on the list."""
        return Resident.objects.get(pk=self.resident_id)

    @property
    def people(self) -> list[UUID]:
        """Whom somebody books together, in the order in which they were typed."""
        return [UUID(one) for one in self.kept.get("people", [])]

    def keep_people(self, resident_ids: list[UUID], *, speaker: str, consent: str) -> None:
        """Keep who is booked together, by whom, and which sentence was acknowledged."""
        self._keep("people", [str(one) for one in resident_ids])
        self._keep("speaker", speaker)
        self._keep("consent", consent)

    @property
    def level(self) -> Level:
        """What has been proved."""
        return Level(self.kept["level"])

    @property
    def request_key(self) -> UUID:
        """The key under which places are claimed: pressing twice is once."""
        return UUID(self.kept["key"])

    def renew_key(self) -> None:
        """Begin another claim."""
        self._keep("key", str(uuid.uuid4()))

    def place(self, dose_number: int) -> int | None:
        """The chosen bucket for a dose."""
        found = self.kept["places"].get(str(dose_number))
        return int(found) if found else None

    def choose(self, dose_number: int, bucket_id: int) -> None:
        """Choose a place; a new first place lets the second go."""
        places = {k: v for k, v in self.kept["places"].items() if int(k) < dose_number}
        self._keep("places", places | {str(dose_number): bucket_id})
        self._keep("alone", None)

    def let_go(self, dose_number: int) -> None:
        """Forget the place chosen for a dose and for those after it."""
        places = {k: v for k, v in self.kept["places"].items() if int(k) < dose_number}
        self._keep("places", places)

    @property
    def doses(self) -> list[int]:
        """The doses a place has been chosen for."""
        return sorted(int(dose) for dose in self.kept["places"])

    @property
    def goes_alone(self) -> bool:
        """Whether only the first dose is wanted, because nothing fits for the second."""
        return bool(self.kept.get("alone"))

    def go_alone(self) -> None:
        """Book the chosen dose only."""
        self._keep("alone", 1)

    @property
    def speaker(self) -> str:
        """Who is typing: the resident, family, a carer."""
        return str(self.kept.get("speaker", "self"))

    @property
    def notice_version(self) -> int | None:
        """The version of the purpose notice that was shown and sent back."""
        return self.kept.get("notice")

    @property
    def contact(self) -> Contact | None:
        """The contact as typed."""
        kept = self.kept.get(
            "contact"
        )  # a session that is not saved yet has neither key nor contact
        return contacts.opened(kept, session_key=self._session_key) if kept else None

    def keep_contact(
        self, contact: Contact, *, speaker: str = "self", notice_version: int | None = None
    ) -> None:
        """Keep the contact, sealed for this session only."""
        sealed = contacts.sealed_for(contact, session_key=self._session_key)
        self._keep("contact", sealed)
        self._keep("speaker", speaker)
        self._keep("notice", notice_version)

    def drop_contact(self) -> None:
        """Forget what was typed."""
        self._keep("contact", None)

    def has_proved_contact(self, *, at: datetime) -> bool:
        """Whether a code sent to the contact on record was given back a short while ago.

        A contact that was changed since, here or by telephone, must be proved anew.
        """
        proved = self.kept.get("proved")
        if proved is None or self.kept.get("proved_version") != self.resident.version:
            return False
        return bool(at.timestamp() - proved < PROVED_FOR.total_seconds())

    def prove_contact(self, *, at: datetime) -> None:
        """A code sent to the contact on record was given back."""
        self._keep("proved", at.timestamp())
        self._keep("proved_version", self.resident.version)

    def note(self, name: str, value: str | float | None) -> None:
        """Keep an id or a moment of a further step."""
        self._keep(name, value)

    def noted(self, name: str) -> Any:
        """What note() kept."""
        return self.kept.get(name)

    @property
    def _session_key(self) -> str:
        assert self.session.session_key is not None
        return self.session.session_key

    def _keep(self, name: str, value: Any) -> None:
        if self.kept.get(name) != value:
            self.kept[name] = value
            self.session[KEY] = self.kept


def begin(
    session: SessionBase,
    resident_id: UUID,
    *,
    level: Level,
    at: datetime,
) -> Errand:
    """A new errand in a new session: what was planted in the old one is gone (T22)."""
    session.flush()
    moment = at.timestamp()
    kept = {
        "resident": str(resident_id),
        "level": level,
        "since": moment,
        "seen": moment,
        "key": str(uuid.uuid4()),
        "places": {},
        "proved": None,
    }
    session[KEY] = kept
    session.set_expiry(0)  # the browser forgets when it closes
    return Errand(session, kept)


def resume(session: SessionBase, *, level: Level, at: datetime) -> Errand:
    """The errand of this session; raises NotHere or TimeOver."""
    kept = session.get(KEY)
    if not isinstance(kept, dict):
        raise NotHere
    moment = at.timestamp()
    idle = moment - kept["seen"]
    if moment > session_lengths.of_residents().ends_at(opened=kept["since"], seen=kept["seen"]):
        session.flush()
        raise TimeOver
    if kept["level"] != level:
        raise NotHere
    if idle > NOTED_EVERY:
        session[KEY] = kept | {"seen": moment}
        kept = session[KEY]
    return Errand(session, kept)


def is_of(session: SessionBase, *, level: Level) -> bool:
    """Whether somebody of this level is here, as far as the session says."""
    kept = session.get(KEY)
    return isinstance(kept, dict) and kept["level"] == level


def longest_left(session: SessionBase, *, at: datetime) -> int:
    """Seconds until the errand ends however much is done; 0 where there is none."""
    kept = session.get(KEY)
    if not isinstance(kept, dict):
        return 0
    longest = session_lengths.of_residents().longest.total_seconds()
    return max(0, int(kept["since"] + longest - at.timestamp()))


def end(session: SessionBase) -> None:
    """Forget everything."""
    session.flush()
