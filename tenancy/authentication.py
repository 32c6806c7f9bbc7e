"""Who a session belongs to, read together with the entry that lets them work."""

from typing import Any

from django.contrib.auth.backends import ModelBackend

from tenancy.models import Staff


class StaffBackend(ModelBackend):
    """Django's own backend; one statement finds the account and its entry in the register."""

    def get_user(self, user_id: Any) -> Staff | None:
        """The account in force with this key."""
        return Staff.objects.select_related("handler").filter(pk=user_id, is_active=True).first()
