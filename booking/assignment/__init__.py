"""Verbs and questions of assignments (日時の割当て): propose, approve, book, answer."""

from booking.assignment._answering import Assigned as Assigned
from booking.assignment._answering import accept as accept
from booking.assignment._answering import decline as decline
from booking.assignment._answering import of as of
from booking.assignment._answering import waiting_of as waiting_of
from booking.assignment._counting import Counts as Counts
from booking.assignment._counting import counts as counts
from booking.assignment._counting import free_places as free_places
from booking.assignment._counting import residents as residents
from booking.assignment._listing import household as household
from booking.assignment._listing import list_some as list_some
from booking.assignment._planning import all_of as all_of
from booking.assignment._planning import approve as approve
from booking.assignment._planning import draft as draft
from booking.assignment._planning import find as find
from booking.assignment._planning import findings as findings
from booking.assignment._planning import stop as stop
from booking.assignment._refusals import AssignmentRefused as AssignmentRefused
from booking.assignment._running import going_on as going_on
from booking.assignment._running import proceed as proceed
