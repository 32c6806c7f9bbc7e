"""Verbs and questions of the waiting list (キャンセル待ち)."""

from booking.waiting_list._answering import decline as decline
from booking.waiting_list._answering import find as find
from booking.waiting_list._answering import take as take
from booking.waiting_list._offering import offer_places as offer_places
from booking.waiting_list._refusals import AlreadyAnswered as AlreadyAnswered
from booking.waiting_list._refusals import LeftoversGone as LeftoversGone
from booking.waiting_list._refusals import NotOnTheList as NotOnTheList
from booking.waiting_list._refusals import OfferOver as OfferOver
from booking.waiting_list._refusals import UnknownOffer as UnknownOffer
from booking.waiting_list._refusals import WaitingRefused as WaitingRefused
from booking.waiting_list._refusals import WishUnclear as WishUnclear
from booking.waiting_list._sweeping import sweep as sweep
from booking.waiting_list._sweeping import withdraw_closed as withdraw_closed
from booking.waiting_list._wishes import LEFTOVER_MINUTES as LEFTOVER_MINUTES
from booking.waiting_list._wishes import WaitingWish as WaitingWish
from booking.waiting_list._wishes import join as join
from booking.waiting_list._wishes import leave as leave
from booking.waiting_list._wishes import offers_of as offers_of
from booking.waiting_list._wishes import open_offer as open_offer
from booking.waiting_list._wishes import resume as resume
from booking.waiting_list._wishes import standing as standing
