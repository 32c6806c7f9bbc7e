"""A priority group (優先区分): who may begin to book when, by dates of birth (S-08)."""

from typing import ClassVar

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class PriorityGroup(models.Model):
    """Residents born from `born_from` to `born_until` may book from `bookable_from` on."""

    name = models.CharField(_("名称"), max_length=40)
    name_en = models.CharField(_("名称（英語）"), max_length=60, default="", blank=True)
    position = models.PositiveSmallIntegerField(_("順番"), unique=True)
    born_from = models.DateField(_("この日以後に生まれた人"), null=True, blank=True)
    born_until = models.DateField(_("この日以前に生まれた人"), null=True, blank=True)
    bookable_from = models.DateTimeField(_("予約受付開始"))
    is_external = models.BooleanField(_("ここでは予約しない（実施主体が別）"), default=False)
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["position"]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "name", "name_en", "position", "born_from", "born_until", "bookable_from",
            "is_external",
        }  # fmt: skip

    def __str__(self) -> str:
        return self.shown_name  # on pages, in lists to choose from, in histories

    @property
    def shown_name(self) -> str:
        """The name in the language of the page."""
        is_english = (get_language() or "").startswith("en")
        return (self.name_en or self.name) if is_english else self.name
