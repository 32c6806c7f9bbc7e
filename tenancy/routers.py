"""Which database answers: the directory's own, or the one of the municipality being served."""

from typing import Any

from django.conf import settings
from django.db.models import Model

from tenancy.current import current, current_or_none

DIRECTORY_APP = "directory"


class MunicipalityRouter:
    """Sends every model to its municipality's database, or refuses."""

    def db_for_read(self, model: type[Model], **_hints: Any) -> str:
        """The alias to read from; raises NoMunicipality when nobody is served."""
        return "directory" if model._meta.app_label == DIRECTORY_APP else current().database

    def db_for_write(self, model: type[Model], **_hints: Any) -> str:
        """The alias to write to; only the owner may write the directory."""
        return "owner" if model._meta.app_label == DIRECTORY_APP else current().database

    def allow_relation(self, one: Model, other: Model, **_hints: Any) -> bool:
        """Two rows may be joined only inside one municipality's schema."""
        return (one._meta.app_label == DIRECTORY_APP) == (other._meta.app_label == DIRECTORY_APP)

    def allow_migrate(self, db: str, app_label: str, **_hints: Any) -> bool:
        """Tables are made by owners only: the directory's unserved, all others while serving."""
        if settings.DATABASES[db]["SPEAKS_AS"] != "owner":
            return False
        if app_label == DIRECTORY_APP:
            return db == "owner" and current_or_none() is None
        return current_or_none() is not None
