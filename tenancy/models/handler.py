"""A named handler (取扱責任者・取扱者): somebody the ward knows may handle personal data (S-84)."""

import uuid
from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class Gap(models.TextChoices):
    """Why an entry lets nobody work (S-88)."""

    UNLISTED = "unlisted", _("名簿に登録がありません")
    STRUCK_OFF = "struck_off", _("名簿から外されています")
    NOT_YET = "not_yet", _("従事の開始日より前です")
    OVER = "over", _("従事の終了日を過ぎています")
    UNTRAINED = "untrained", _("研修の有効期限が切れています")


class Handler(models.Model):
    """One entry of the register: who, of which organisation, from when, trained until when."""

    class Position(models.TextChoices):
        RESPONSIBLE = "responsible", _("取扱責任者")
        HANDLER = "handler", _("取扱者")

    class OrganisationKind(models.TextChoices):
        WARD = "ward", _("区")
        CONTRACTOR = "contractor", _("委託先")
        SUBCONTRACTOR = "subcontractor", _("再委託先")
        CLINIC = "clinic", _("医療機関")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # The account this entry opens; none for somebody who works on paper only.
    staff = models.OneToOneField(
        "tenancy.Staff", models.PROTECT, related_name="handler", null=True, blank=True
    )
    person_name = models.CharField(_("氏名"), max_length=40)
    organisation = models.CharField(_("所属"), max_length=60)
    organisation_kind = models.CharField(_("組織の種別"), max_length=14, choices=OrganisationKind)
    position = models.CharField(_("区分"), max_length=12, choices=Position)
    from_on = models.DateField(_("従事の開始日"))
    until_on = models.DateField(_("従事の終了日"), null=True, blank=True)
    trained_until = models.DateField(_("研修の有効期限"))
    consent_number = models.CharField(_("再委託の承諾番号"), max_length=40, blank=True, default="")
    struck_off_at = models.DateTimeField(_("名簿から外した日時"), null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
                name="handler_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=~Q(organisation_kind="subcontractor") | ~Q(consent_number=""),
                name="handler_subcontractor_with_consent",
            ),
        ]

    class Privacy:
        # People at work, as their employer has named them to the ward; no resident.
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "staff", "person_name", "organisation", "organisation_kind", "position",
            "from_on", "until_on", "trained_until", "consent_number", "struck_off_at",
        }  # fmt: skip

    def __str__(self) -> str:
        return self.person_name

    def gap(self, *, on: date) -> Gap | None:
        """Why this entry opens no account on a day; None where it does."""
        if self.struck_off_at is not None:
            return Gap.STRUCK_OFF
        if on < self.from_on:
            return Gap.NOT_YET
        if self.until_on is not None and on > self.until_on:
            return Gap.OVER
        return Gap.UNTRAINED if on > self.trained_until else None
