"""A staff account (職員・オペレーター): one person, one account, one role."""

import uuid
from datetime import date, datetime, timedelta
from typing import ClassVar, Final

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac
from simple_history.models import HistoricalRecords

from tenancy.models.handler import Gap, Handler
from tenancy.permissions import Permission, Role, allows

ONE_TIME_PASSWORD_LIFE: Final = timedelta(days=7)


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
    # Somebody else chose the present password then; it is changed at the next sign-in.
    one_time_password_at = models.DateTimeField(null=True, blank=True)
    # The newest sign-ins; a session that belongs to none of them is dead (T22).
    sign_ins = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[StaffManager] = StaffManager()
    history = HistoricalRecords(excluded_fields=["password", "last_login", "sign_ins"])

    USERNAME_FIELD = "login_name"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name", "organisation", "role"]

    class Privacy:
        # A worker's name at work; the password is a hash; residents' data stands elsewhere.
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "login_name", "display_name", "organisation", "role", "is_active",
            "auth_epoch", "created_at", "password", "last_login", "one_time_password_at",
            "sign_ins",
        }  # fmt: skip

    def __str__(self) -> str:
        return self.login_name

    @property
    def must_change_password(self) -> bool:
        """Whether the present password was chosen by somebody else."""
        return self.one_time_password_at is not None

    def has_run_out(self, *, at: datetime) -> bool:
        """Whether a one-time password was handed out too long ago to be used."""
        return (
            self.one_time_password_at is not None
            and at >= self.one_time_password_at + ONE_TIME_PASSWORD_LIFE
        )

    def gap(self, *, on: date) -> Gap | None:
        """Why the register lets this account do nothing on a day; None where it may work."""
        entry: Handler | None = getattr(self, "handler", None)
        return Gap.UNLISTED if entry is None else entry.gap(on=on)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Django's seal on a session: another password or epoch, and the session is dead."""
        return salted_hmac(
            "tenancy.Staff.session",
            f"{self.password}|{self.auth_epoch}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()

    def may(self, permission: Permission) -> bool:
        """Whether the account is in force and its role holds the permission."""
        return self.is_active and allows(self.role, permission)
