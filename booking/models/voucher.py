"""A voucher (接種券): the number a resident is known by; a reissued number's old one is dead."""

import uuid
from typing import ClassVar

from django.db import models

from privacy.fields import BlindIndex, SealedText


class Voucher(models.Model):
    """Ten digits, unique only with the issuing municipality's code (S-02)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    resident = models.ForeignKey("booking.Resident", models.PROTECT, related_name="vouchers")
    issuer_code = models.CharField("自治体コード", max_length=6)
    voucher_number = SealedText()
    number_index = BlindIndex(kind="voucher", of=("voucher_number",))
    is_live = models.BooleanField(default=True)
    issued_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["number_index", "issuer_code"], name="voucher_once"),
            models.UniqueConstraint(
                fields=["resident"], condition=models.Q(is_live=True), name="voucher_one_live"
            ),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = {"voucher_number", "number_index"}
        plain: ClassVar[set[str]] = {"id", "resident", "issuer_code", "is_live", "issued_at"}

    def __str__(self) -> str:
        return str(self.id)
