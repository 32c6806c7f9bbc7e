"""Whether the keys at hand open what is sealed: one row of every table that seals something."""

from django.apps import apps
from django.db.models import Model

from privacy.sealing import CannotOpen
from tenancy import schemas


def that_cannot_be_opened() -> list[str]:
    """Tables whose newest rows do not open; none is right."""
    return [
        f"{model._meta.db_table}: 開けない行があります"
        for model in apps.get_models()
        if getattr(schemas.privacy_of(model), "sealed", None) and not _opens(model)
    ]


def _opens(model: type[Model]) -> bool:
    names = [
        name
        for name in model.__dict__["Privacy"].sealed
        if type(model._meta.get_field(name)).__name__.startswith("Sealed")
    ]
    try:
        rows = model._default_manager  # noqa: SLF001 - Django's own name
        for row in rows.order_by("-pk")[:3]:
            for name in names:
                getattr(row, name)
    except CannotOpen:
        return False
    return True
