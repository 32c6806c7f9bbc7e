"""How a handover record stands in the list (確認書の一覧)."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from exchange.handover_answers import is_overdue
from exchange.media import LATE_DAYS
from exchange.models import HandoverAnswer, HandoverRecord
from exchange.presenters import quantity_of


@dataclass(frozen=True)
class HandoverLine:
    """One record, its quantity, and what the other side said."""

    record: HandoverRecord
    now: datetime

    @property
    def quantity(self) -> str:
        """Rows or sheets."""
        return quantity_of(self.record)

    @property
    def days(self) -> int:
        """For how many days what it gave has been out."""
        return (self.now - self.record.happened_at).days

    @property
    def is_late(self) -> bool:
        """Whether it has been out for too long."""
        return self.days > LATE_DAYS

    @property
    def answer(self) -> tuple[str, str]:
        """Words and tone."""
        said = getattr(self.record, "answer", None)
        if said is None:
            late = is_overdue(self.record, at=self.now)
            return (_("未確認（7日超）"), "negative") if late else (_("未確認"), "neutral")
        agreed = said.what == HandoverAnswer.What.CONFIRMED
        return said.get_what_display(), "positive" if agreed else "caution"
