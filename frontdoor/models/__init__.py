"""Nouns of the front door."""

from frontdoor.models.demand_minute import DemandMinute as DemandMinute
from frontdoor.models.door_rules import DoorRules as DoorRules
from frontdoor.models.gathering import Gathering as Gathering
