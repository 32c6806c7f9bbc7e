"""Nouns of the exchange with a ward: parcels, what happened to them, handover records."""

from exchange.models.handover_answer import HandoverAnswer as HandoverAnswer
from exchange.models.handover_record import HandoverRecord as HandoverRecord
from exchange.models.medium import Medium as Medium
from exchange.models.next_step import NextStep as NextStep
from exchange.models.parcel import Parcel as Parcel
from exchange.models.parcel_event import ParcelEvent as ParcelEvent
from exchange.models.print_log_entry import PrintLogEntry as PrintLogEntry
from exchange.models.rejected_row import RejectedRow as RejectedRow
from exchange.models.station import Station as Station
from exchange.models.submission import Submission as Submission
