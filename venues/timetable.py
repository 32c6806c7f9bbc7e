"""Rule: an opening's hours and lanes become slots with places for web and telephone (時間割)."""

from dataclasses import dataclass
from datetime import time

from django.utils.translation import gettext as _

from venues.refusals import TimetableRefused

MOST_LANES = 99
MOST_PLACES = 99  # of one lane in one slot
SHORTEST_SLOT, LONGEST_SLOT = 5, 240


@dataclass(frozen=True, kw_only=True)
class Hours:
    """All that a timetable follows from."""

    starts_at: time
    ends_at: time
    break_from: time | None = None
    break_until: time | None = None
    lanes: int = 1
    slot_minutes: int = 15
    places_per_lane: int = 4
    phone_share: int = 40  # per cent, like the two below; the rest is the web's
    walk_in_share: int = 0
    reserve_share: int = 0

    @property
    def shares(self) -> tuple[int, int, int]:
        """Of the telephone, of who walks in, of the reserve."""
        return self.phone_share, self.walk_in_share, self.reserve_share


@dataclass(frozen=True)
class Line:
    """One slot of the timetable."""

    starts_at: time
    ends_at: time
    web: int
    phone: int
    walk_in: int = 0
    reserve: int = 0

    def of(self, channel: str) -> int:
        """The places of one channel, by its name."""
        return int(getattr(self, channel))


@dataclass(frozen=True)
class Totals:
    """What a timetable adds up to."""

    slots: int
    web: int
    phone: int
    walk_in: int = 0
    reserve: int = 0

    @property
    def places(self) -> int:
        """All channels together."""
        return self.web + self.phone + self.walk_in + self.reserve

    def times(self, days: int) -> "Totals":
        """The same on several days."""
        return Totals(**{name: count * days for name, count in vars(self).items()})


def lines(hours: Hours) -> list[Line]:
    """The slots of a day in order; raises TimetableRefused where the hours make no sense.

    No slot reaches into the break or past the end; minutes too few for a whole slot stay unused.
    Each share is exact over the day: what one slot rounds down the next makes up for.
    """
    check(hours)
    places = hours.lanes * hours.places_per_lane
    found: list[Line] = []
    promised = [0, 0, 0]
    for count, (begins, ends) in enumerate(_spans(hours), start=1):
        given: list[int] = []
        for number, share in enumerate(hours.shares):
            owed = (count * places * share + 50) // 100 - promised[number]
            given.append(max(0, min(owed, places - sum(given))))
            promised[number] += given[-1]
        found.append(Line(_clock(begins), _clock(ends), places - sum(given), *given))
    if not found:
        raise TimetableRefused(_("この時間には一枠も入りません。"), "slot_minutes")
    return found


def totals(found: list[Line]) -> Totals:
    """What these lines add up to."""
    names = ("web", "phone", "walk_in", "reserve")
    return Totals(len(found), *(sum(one.of(name) for one in found) for name in names))


def check(hours: Hours) -> None:
    """Refuse hours that make no sense, naming the part that is wrong."""
    if hours.starts_at >= hours.ends_at:
        raise TimetableRefused(_("終了は開始より後にしてください。"), "ends_at")
    _check_range(hours.lanes, 1, MOST_LANES, "lanes", _("レーン数"))
    _check_range(
        hours.slot_minutes, SHORTEST_SLOT, LONGEST_SLOT, "slot_minutes", _("一枠の分数")
    )  # fmt: skip
    _check_range(hours.places_per_lane, 1, MOST_PLACES, "places_per_lane", _("一レーンの人数"))
    _check_range(hours.phone_share, 0, 100, "phone_share", _("電話の割合"))
    _check_range(hours.walk_in_share, 0, 100, "walk_in_share", _("窓口の割合"))
    _check_range(hours.reserve_share, 0, 100, "reserve_share", _("予備の割合"))
    if sum(hours.shares) > 100:
        words = _("電話・窓口・予備の割合は、合わせて100%までにしてください。")
        raise TimetableRefused(words, "phone_share")
    _check_break(hours)


def _check_range(value: int, least: int, most: int, item: str, label: str) -> None:
    if not least <= value <= most:
        words = _("%(label)sは%(least)sから%(most)sまでで入力してください。")
        raise TimetableRefused(words % {"label": label, "least": least, "most": most}, item)


def _check_break(hours: Hours) -> None:
    begins, ends = hours.break_from, hours.break_until
    if begins is None and ends is None:
        return
    if begins is None or ends is None:
        missing = "break_from" if begins is None else "break_until"
        raise TimetableRefused(_("休憩は開始と終了の両方を入力してください。"), missing)
    if begins >= ends:
        raise TimetableRefused(_("休憩の終了は休憩の開始より後にしてください。"), "break_until")
    if begins < hours.starts_at or ends > hours.ends_at:
        raise TimetableRefused(_("休憩は開設時間の中に入れてください。"), "break_from")


def _spans(hours: Hours) -> list[tuple[int, int]]:
    edges = [(_minutes(hours.starts_at), _minutes(hours.ends_at))]
    if hours.break_from is not None and hours.break_until is not None:
        edges = [
            (_minutes(hours.starts_at), _minutes(hours.break_from)),
            (_minutes(hours.break_until), _minutes(hours.ends_at)),
        ]
    step = hours.slot_minutes
    return [
        (begins, begins + step)
        for first, last in edges
        for begins in range(first, last - step + 1, step)
    ]


def _minutes(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def _clock(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)
