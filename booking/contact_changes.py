"""Verb: put another contact on record, and tell the one that was there (連絡先の変更)."""

from datetime import datetime
from uuid import UUID

from booking import contacts, messages, one_time_codes
from booking.contacts import Contact
from booking.models import Resident
from booking.reservations import ChangedMeanwhile
from notifications import outbox
from privacy import access_log
from tenancy.current import municipality_atomic
from tenancy.models import Staff

COLUMNS = ["phone", "email", "phone_index", "email_index", "language", "version", "changed_at"]


def change(
    *,
    resident: Resident,
    contact: Contact,
    call_id: UUID | None = None,
    by: Staff | None,
    at: datetime,
) -> Resident:
    """Keep the new contact; the old one is told in the same commit, and its codes are dead."""
    with municipality_atomic():
        row = Resident.objects.select_for_update().get(pk=resident.pk)
        if row.version != resident.version:
            raise ChangedMeanwhile
        before = messages.carrier_for(row)
        contacts.set_on(row, contact)
        for message in messages.owed_to_former_contact(row, before, at=at):
            outbox.enqueue(message)
        row.version += 1
        row.changed_at = at
        row.save(update_fields=COLUMNS)
        one_time_codes.void(resident_id=row.pk, at=at)
        access_log.record(what="change_contact", resident_id=row.pk, call_id=call_id, by=by, at=at)
    return row
