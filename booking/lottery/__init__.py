"""Verbs and questions of lotteries (抽選): announce, apply, draw, book and tell, check."""

from booking.lottery._applying import MOST_WISHES as MOST_WISHES
from booking.lottery._applying import apply as apply
from booking.lottery._applying import is_open as is_open
from booking.lottery._applying import of as of
from booking.lottery._applying import refuse_birth as refuse_birth
from booking.lottery._applying import withdraw as withdraw
from booking.lottery._checking import Check as Check
from booking.lottery._checking import verify as verify
from booking.lottery._preparing import all_of as all_of
from booking.lottery._preparing import announce as announce
from booking.lottery._preparing import any_shown as any_shown
from booking.lottery._preparing import call_off as call_off
from booking.lottery._preparing import change as change
from booking.lottery._preparing import close as close
from booking.lottery._preparing import counts as counts
from booking.lottery._preparing import draft as draft
from booking.lottery._preparing import find as find
from booking.lottery._preparing import findings as findings
from booking.lottery._preparing import places as places
from booking.lottery._preparing import shown_to_residents as shown_to_residents
from booking.lottery._refusals import LotteryRefused as LotteryRefused
from booking.lottery._running import begin as begin
from booking.lottery._running import going_on as going_on
from booking.lottery._running import proceed as proceed
from booking.lottery._running import reservations_of as reservations_of
