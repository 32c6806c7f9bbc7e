"""Commands: --municipality says whose data, or nothing happens."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tenancy import municipalities
from tenancy.current import serving


class MunicipalityCommand(BaseCommand):
    """A command that works for one municipality; subclasses write work()."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask for the municipality's code."""
        parser.add_argument("--municipality", required=True, help="市町村コード (六桁)")

    def handle(self, *_args: Any, **options: Any) -> str | None:
        """Serve the named municipality and work."""
        try:
            municipality = municipalities.find(code=options["municipality"])
        except municipalities.UnknownMunicipality as unknown:
            message = f"自治体 {options['municipality']} はありません (no such municipality)."
            raise CommandError(message) from unknown
        with serving(municipality):
            return self.work(**options)

    def work(self, **options: Any) -> str | None:
        """What the command does; runs while its municipality is served."""
        raise NotImplementedError
