"""Verbs on slots and their places, and the SQL of the taking of a place (予約枠)."""

from venues.slots._changing import channels_of as channels_of
from venues.slots._changing import close as close
from venues.slots._changing import ensure as ensure
from venues.slots._changing import open_from_timetable as open_from_timetable
from venues.slots._changing import renew_copies as renew_copies
from venues.slots._changing import reopen as reopen
from venues.slots._ledger import taken_sql as taken_sql
from venues.slots._resizing import MOST_PLACES as MOST_PLACES
from venues.slots._resizing import fit as fit
from venues.slots._resizing import resize as resize
from venues.slots._resizing import shift as shift
from venues.slots._resizing import shift_free as shift_free
from venues.slots._taking import TAKEABLE as TAKEABLE
from venues.slots._taking import give_back as give_back
from venues.slots._taking import lock as lock
from venues.slots._taking import locking_sql as locking_sql
from venues.slots._taking import take as take
from venues.slots._taking import takeable as takeable
from venues.slots._taking import taking_locked_sql as taking_locked_sql
from venues.slots._taking import taking_sql as taking_sql
