"""bin/manage municipality create|migrate|list."""

from argparse import ArgumentParser
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from privacy import keys
from tenancy import municipalities, schemas
from tenancy.current import serving
from tenancy.directory.models import Host


class Command(BaseCommand):
    help = "自治体を作成・移行・一覧します。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        create = verbs.add_parser("create", help="自治体を一つ作ります")
        create.add_argument("code")
        create.add_argument("--name", required=True)
        create.add_argument("--name-en", required=True)
        create.add_argument("--resident-host", required=True)
        create.add_argument("--staff-host", required=True)
        create.add_argument("--hooks-host", required=True)
        create.add_argument("--database", default="default")
        migrate = verbs.add_parser("migrate", help="すべて（または一つ）を新しい版に移行します")
        migrate.add_argument("--only")
        migrate.add_argument("--workers", type=int, default=2)
        verbs.add_parser("list", help="一覧を表示します")

    def handle(self, *_args: Any, **options: Any) -> None:
        {"create": self._create, "migrate": self._migrate, "list": self._list}[options["verb"]](
            options
        )

    def _create(self, options: dict[str, Any]) -> None:
        try:
            made = schemas.create(
                code=options["code"],
                name=options["name"],
                name_en=options["name_en"],
                hosts={kind: options[f"{kind}_host"] for kind in Host.Kind.values},
                database=options["database"],
            )
        except schemas.SchemaRefused as refusal:
            raise CommandError(refusal.words) from refusal
        with serving(made):
            keys.create()
        self.stdout.write(f"{made} を作りました。")

    def _migrate(self, options: dict[str, Any]) -> None:
        found = municipalities.registered(code=options["only"])
        connections.close_all()
        with ProcessPoolExecutor(max(1, options["workers"]), get_context("fork")) as workers:
            waiting = {workers.submit(schemas.migrate, one): one for one in found}
            for count, done in enumerate(as_completed(waiting), start=1):
                done.result()
                self.stdout.write(f"{count}/{len(found)} {waiting[done]}")

    def _list(self, _options: dict[str, Any]) -> None:
        for row in municipalities.registered():
            hosts = " ".join(f"{host.kind}={host.host}" for host in row.hosts.all())
            self.stdout.write(f"{row.code} {row.name} {row.database}/{row.schema} {hosts}")
