"""A sign-in (ログイン): on what and from where an account works at present."""

from typing import ClassVar

from django.db import models


class SignIn(models.Model):
    """One of the newest sign-ins of an account; gone when it is ended, signed out or replaced."""

    token = models.CharField(primary_key=True, max_length=32)  # names it, opens nothing
    staff = models.ForeignKey("tenancy.Staff", models.CASCADE, related_name="open_sign_ins")
    # Words of our own list, never what a browser says of itself; a network, never an address.
    device = models.CharField(max_length=40, default="")
    network = models.CharField(max_length=49, default="")
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    # The account's epoch under which it still holds: a loss of rights leaves it behind.
    auth_epoch = models.PositiveIntegerField()

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "token", "staff", "device", "network", "opened_at", "seen_at", "auth_epoch",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.device} {self.opened_at:%Y-%m-%d %H:%M}"
