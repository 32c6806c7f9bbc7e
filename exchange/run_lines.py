"""How a daily run is said on the page of the calendar (画面の言葉)."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from exchange import late_changes
from exchange.models import Parcel
from exchange.presenters import TONES
from exchange.runs import How, Run


@dataclass(frozen=True)
class RunLine:
    """One row of the calendar."""

    run: Run
    at: datetime

    @property
    def words(self) -> str:
        """How it stands."""
        if self.run.how == How.MISSED:
            return _("作られていません")
        if self.run.how == How.STUCK:
            return _("作成が止まっています")
        return str(self.run.parcel.get_state_display()) if self.run.parcel else _("予定")

    @property
    def tone(self) -> str:
        """The colour of it."""
        if self.run.is_late:
            return "negative"
        return TONES[Parcel.State(self.run.parcel.state)] if self.run.parcel else "neutral"

    @property
    def may_retry(self) -> bool:
        """Whether making it now still helps."""
        return self.run.is_late and self.run.day >= localdate(self.at)

    @property
    def changes(self) -> int:
        """How often the day changed since; past days are not asked about."""
        if self.run.parcel is None or self.run.day < localdate(self.at):
            return 0
        return late_changes.of(self.run.parcel).count()
