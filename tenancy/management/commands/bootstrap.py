"""bin/manage bootstrap: prepare a cluster from the superuser's address."""

from argparse import ArgumentParser
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from tenancy import bootstrap


class Command(BaseCommand):
    help = "PostgreSQL にロール、データベース、自治体一覧を用意します。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--superuser-url", required=True)

    def handle(self, *_args: Any, **options: Any) -> None:
        app, owner = settings.DATABASES["default"], settings.DATABASES["owner"]
        url = urlsplit(options["superuser_url"])._replace(path="/postgres").geturl()
        bootstrap.bootstrap(
            superuser_url=url,
            database=str(app["NAME"]),
            owner_password=str(owner["PASSWORD"]),
            app_password=str(app["PASSWORD"]),
        )
        call_command("migrate", "directory", database="owner", verbosity=0, interactive=False)
        self.stdout.write("データベースの用意ができました。")
