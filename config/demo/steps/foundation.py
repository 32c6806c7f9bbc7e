"""The cluster, and two municipalities in it."""

import io

from django.core.management import call_command

from config.demo.cast import TOWNS
from privacy import keys
from tenancy import municipalities as known
from tenancy import schemas
from tenancy.current import serving


def cluster(superuser_url: str) -> None:
    """Roles, database, directory."""
    call_command("bootstrap", superuser_url=superuser_url, verbosity=0, stdout=io.StringIO())


def municipalities() -> str:
    """Both municipalities, made or brought up to date."""
    for town in TOWNS:
        try:
            found = known.find(code=town.code)
        except known.UnknownMunicipality:
            found = schemas.create(
                code=town.code, name=town.name, name_en=town.name_en, hosts=town.hosts
            )
        else:
            schemas.migrate(found)
        with serving(found):
            keys.create()
    return "、".join(f"{town.code} {town.name}" for town in TOWNS)
