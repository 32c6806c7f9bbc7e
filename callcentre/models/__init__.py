"""Nouns of the call centre."""

from callcentre.models.call import Call as Call
from callcentre.models.call_note import CallNote as CallNote
from callcentre.models.call_party import CallParty as CallParty
from callcentre.models.console import Console as Console
from callcentre.models.desk_state import DeskState as DeskState
from callcentre.models.lease import Lease as Lease
from callcentre.models.ward_request import WardRequest as WardRequest
from callcentre.models.watch_mark import WatchMark as WatchMark
