"""bin/manage bootstrap: prepare a cluster from the superuser's address."""

from argparse import ArgumentParser
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from tenancy import bootstrap


class Command(BaseCommand):
    help = "PostgreSQL にロール、データベース、自治体一覧を用意します。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--superuser-url", required=True)
        parser.add_argument("--database", default="default", help="WAKU_MORE_DATABASES の名")

    def handle(self, *_args: Any, **options: Any) -> None:
        name = options["database"]
        is_first = name == "default"
        owner_name = "owner" if is_first else f"{name}_owner"
        if not {name, owner_name} <= set(settings.DATABASES):
            raise CommandError(f"データベース {name} の設定がありません（WAKU_MORE_DATABASES）。")
        app, owner = settings.DATABASES[name], settings.DATABASES[owner_name]
        url = urlsplit(options["superuser_url"])._replace(path="/postgres").geturl()
        bootstrap.bootstrap(
            superuser_url=url,
            database=str(app["NAME"]),
            owner_password=str(owner["PASSWORD"]),
            app_password=str(app["PASSWORD"]),
            owner=str(owner["USER"]),
            app=str(app["USER"]),
            has_directory=is_first,
        )
        if is_first:
            call_command("migrate", "directory", database="owner", verbosity=0, interactive=False)
        self.stdout.write("データベースの用意ができました。")
