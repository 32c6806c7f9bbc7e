"""A staff account (職員・オペレーター): one person, one account, one role."""

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from simple_history.models import HistoricalRecords

from tenancy.permissions import Permission, Role, allows


class StaffManager(BaseUserManager["Staff"]):
    """Finds accounts by their sign-in name."""


class Staff(AbstractBaseUser):
    """Somebody who works for or on behalf of this municipality."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    login_name = models.CharField("ログイン名", max_length=40, unique=True)
    display_name = models.CharField("表示名", max_length=40)
    organisation = models.CharField("所属", max_length=60)
    role = models.CharField("役割", max_length=20, choices=Role)
    is_active = models.BooleanField("有効", default=True)
    # Rises with every loss of rights; sessions and sockets opened under a lower one are dead.
    auth_epoch = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[StaffManager] = StaffManager()
    history = HistoricalRecords(excluded_fields=["password", "last_login"])

    USERNAME_FIELD = "login_name"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name", "organisation", "role"]

    class Privacy:
        # A worker's name at work; the password is a hash; residents' data stands elsewhere.
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "login_name", "display_name", "organisation", "role", "is_active",
            "auth_epoch", "created_at", "password", "last_login",
        }  # fmt: skip

    def __str__(self) -> str:
        return self.login_name

    def may(self, permission: Permission) -> bool:
        """Whether the account is in force and its role holds the permission."""
        return self.is_active and allows(self.role, permission)
