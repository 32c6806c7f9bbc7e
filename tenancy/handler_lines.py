"""How an entry of the register of named handlers reads on a page (取扱者名簿)."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from tenancy import handlers
from tenancy.models import Handler


@dataclass(frozen=True)
class HandlerLine:
    """One entry as it stands on a day."""

    row: Handler
    on: date

    @property
    def url(self) -> str:
        """Its page."""
        return reverse("tenancy:handler", args=[self.row.pk])

    @property
    def last_day(self) -> date:
        """The last day it opens anything."""
        return handlers.last_day(self.row)

    @property
    def is_soon(self) -> bool:
        """Whether it ends within a month."""
        return self.row.gap(on=self.on) is None and self.last_day <= self.on + handlers.SOON

    @property
    def state(self) -> str:
        """The word on the badge."""
        gap = self.row.gap(on=self.on)
        if gap is not None:
            return str(gap.label)
        return _("まもなく期限") if self.is_soon else _("従事中")

    @property
    def tone(self) -> str:
        """The badge's tone."""
        if self.row.gap(on=self.on) is not None:
            return "negative"
        return "caution" if self.is_soon else "positive"
