"""A resident (対象者): a person on the municipality's target list."""

import uuid
from typing import ClassVar

from django.db import models

from privacy.fields import BlindIndex, SealedDate, SealedText


class Resident(models.Model):
    """Somebody the ward's file names; only the items of the contractor's list are held."""

    class StatusFlag(models.TextChoices):
        NONE = "0", "なし"
        MOVED_OUT = "1", "転出"
        DECEASED = "2", "死亡"

    class Scheme(models.TextChoices):
        RESIDENT = "1", "住民"
        OUT_OF_AREA = "2", "住所地外"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = SealedText()
    born_on = SealedDate()
    sex = SealedText()
    postal_code = SealedText(null=True)
    address = SealedText()
    phone = SealedText(null=True)
    email = SealedText(null=True)
    name_born_index = BlindIndex(kind="name_and_birth", of=("name", "born_on"))
    phone_index = BlindIndex(kind="phone", of=("phone",), null=True)
    email_index = BlindIndex(kind="mail", of=("email",), null=True)
    status_flag = models.CharField(max_length=1, choices=StatusFlag, default=StatusFlag.NONE)
    scheme = models.CharField(max_length=1, choices=Scheme, default=Scheme.RESIDENT)
    language = models.CharField(max_length=8, default="ja")
    is_dummy = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    base_date = models.DateField(null=True)  # 基準日 of the file that last named the person
    enrolled_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["name_born_index"], name="resident_by_name"),
            models.Index(
                fields=["phone_index"],
                condition=models.Q(phone_index__isnull=False),
                name="resident_by_phone",
            ),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = {
            "name", "born_on", "sex", "postal_code", "address", "phone", "email",
            "name_born_index", "phone_index", "email_index",
        }  # fmt: skip
        plain: ClassVar[set[str]] = {
            "id", "status_flag", "scheme", "language", "is_dummy", "version", "base_date",
            "enrolled_at", "changed_at",
        }  # fmt: skip

    def __str__(self) -> str:
        return str(self.id)
