"""Nouns of booking."""

from booking.models.booking_rules import BookingRules as BookingRules
from booking.models.change_rules import ChangeRules as ChangeRules
from booking.models.cohort_count import CohortCount as CohortCount
from booking.models.leftover_call import LeftoverCall as LeftoverCall
from booking.models.leftover_offer import LeftoverOffer as LeftoverOffer
from booking.models.lottery import Lottery as Lottery
from booking.models.lottery_application import LotteryApplication as LotteryApplication
from booking.models.one_time_code import OneTimeCode as OneTimeCode
from booking.models.priority_group import PriorityGroup as PriorityGroup
from booking.models.programme_rule import ProgrammeRule as ProgrammeRule
from booking.models.release_plan import ReleasePlan as ReleasePlan
from booking.models.release_row import ReleaseRow as ReleaseRow
from booking.models.reservation import Reservation as Reservation
from booking.models.reservation_event import ReservationEvent as ReservationEvent
from booking.models.reservation_event import What as What
from booking.models.resident import Resident as Resident
from booking.models.status_decision import StatusDecision as StatusDecision
from booking.models.transfer import Transfer as Transfer
from booking.models.transfer_event import TransferEvent as TransferEvent
from booking.models.transfer_line import TransferLine as TransferLine
from booking.models.vaccine_course import VaccineCourse as VaccineCourse
from booking.models.voucher import Voucher as Voucher
from booking.models.waiting_list_entry import WaitingListEntry as WaitingListEntry
from booking.models.waiting_list_offer import WaitingListOffer as WaitingListOffer
from booking.models.waiting_order import WaitingOrder as WaitingOrder
