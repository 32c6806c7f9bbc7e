"""Nouns of where and when."""

from venues.models.allowance import Allowance as Allowance
from venues.models.bucket import Bucket as Bucket
from venues.models.bucket import Channel as Channel
from venues.models.capacity_freeze import CapacityFreeze as CapacityFreeze
from venues.models.hold import Hold as Hold
from venues.models.opening import Opening as Opening
from venues.models.place_entry import PlaceEntry as PlaceEntry
from venues.models.programme import FirstProgramme as FirstProgramme
from venues.models.programme import Programme as Programme
from venues.models.release_rule import ReleaseRule as ReleaseRule
from venues.models.release_rule import ReleaseRun as ReleaseRun
from venues.models.signing_rule import SigningRule as SigningRule
from venues.models.slot import Slot as Slot
from venues.models.tranche import Tranche as Tranche
from venues.models.vaccine import Vaccine as Vaccine
from venues.models.vaccine_lot import LotEntry as LotEntry
from venues.models.vaccine_lot import VaccineLot as VaccineLot
from venues.models.venue import Venue as Venue
