"""Nouns of the exchange with a ward: parcels, what happened to them, handover records."""

from exchange.models.handover_record import HandoverRecord as HandoverRecord
from exchange.models.parcel import Parcel as Parcel
from exchange.models.parcel_event import ParcelEvent as ParcelEvent
from exchange.models.rejected_row import RejectedRow as RejectedRow
