"""A venue (会場): where people come to."""

from typing import ClassVar

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class Venue(models.Model):
    """A group vaccination venue or a clinic."""

    class Kind(models.TextChoices):
        MASS = "mass", _("集団接種会場")
        CLINIC = "clinic", _("医療機関")

    code = models.CharField(_("会場コード"), max_length=10, unique=True)
    kind = models.CharField(_("種別"), max_length=10, choices=Kind, default=Kind.MASS)
    name = models.CharField(_("会場名"), max_length=30)  # 30: the width of the national record
    name_en = models.CharField(_("会場名（英語）"), max_length=60, default="", blank=True)
    address = models.CharField(_("所在地"), max_length=200)
    address_en = models.CharField(_("所在地（英語）"), max_length=200, default="", blank=True)
    access = models.TextField(_("交通"), default="", blank=True)
    access_en = models.TextField(_("交通（英語）"), default="", blank=True)
    what_to_bring = models.TextField(_("持ち物"), default="", blank=True)
    what_to_bring_en = models.TextField(_("持ち物（英語）"), default="", blank=True)
    step_free = models.BooleanField(_("段差なし"), default=False)
    is_open = models.BooleanField(_("受付中"), default=True)
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["code"]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "code", "kind", "name", "name_en", "address", "address_en", "access",
            "access_en", "what_to_bring", "what_to_bring_en", "step_free", "is_open",
        }  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def shown_name(self) -> str:
        """The name in the language of the page."""
        is_english = (get_language() or "").startswith("en")
        return (self.name_en or self.name) if is_english else self.name
