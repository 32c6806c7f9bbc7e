"""Nouns of where and when."""

from venues.models.bucket import Bucket as Bucket
from venues.models.bucket import Channel as Channel
from venues.models.opening import Opening as Opening
from venues.models.slot import Slot as Slot
from venues.models.slot_change import SlotChange as SlotChange
from venues.models.vaccine import Vaccine as Vaccine
from venues.models.venue import Venue as Venue
