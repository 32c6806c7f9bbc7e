"""Verbs on reservations: claim, move, cancel (予約・変更・取消)."""

from booking.reservations._cancelling import cancel_with_later as cancel_with_later
from booking.reservations._cancelling import later_choices_of as later_choices_of
from booking.reservations._change import cancel as cancel
from booking.reservations._change import move as move
from booking.reservations._claim import claim as claim
from booking.reservations._limits import move_limit as move_limit
from booking.reservations._questions import find as find
from booking.reservations._questions import live_of as live_of
from booking.reservations._questions import moves_made as moves_made
from booking.reservations._questions import of_request as of_request
from booking.reservations._refusals import AlreadyReserved as AlreadyReserved
from booking.reservations._refusals import ChangedMeanwhile as ChangedMeanwhile
from booking.reservations._refusals import LaterUndecided as LaterUndecided
from booking.reservations._refusals import NotBookable as NotBookable
from booking.reservations._refusals import NotPermitted as NotPermitted
from booking.reservations._refusals import NotToBePassed as NotToBePassed
from booking.reservations._refusals import PairNotFree as PairNotFree
from booking.reservations._refusals import ReasonNeeded as ReasonNeeded
from booking.reservations._refusals import Refused as Refused
from booking.reservations._refusals import SamePlace as SamePlace
from booking.reservations._refusals import SlotFull as SlotFull
from booking.reservations._refusals import Stopped as Stopped
from booking.reservations._refusals import TooLate as TooLate
from booking.reservations._refusals import TooManyMoves as TooManyMoves
from booking.reservations._wish import Asking as Asking
from booking.reservations._wish import Wish as Wish
