"""bin/manage municipality create|migrate|move|list."""

from argparse import ArgumentParser
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.utils import timezone

from privacy import keys
from tenancy import municipalities, relocations, schemas
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
        migrate.add_argument("--parallel", type=int, default=2, help="同時に移行する数")
        verbs.add_parser("list", help="一覧を表示します")
        move = verbs.add_parser("move", help="動かしたまま別のデータベースに移します")
        move.add_argument("code")
        way = move.add_mutually_exclusive_group(required=True)
        way.add_argument("--to", help="WAKU_MORE_DATABASES の名、または default")
        way.add_argument("--turn-back", action="store_true", help="切替の前に取りやめます")

    def handle(self, *_args: Any, **options: Any) -> None:
        verbs = {
            "create": self._create,
            "migrate": self._migrate,
            "move": self._move,
            "list": self._list,
        }
        try:
            verbs[options["verb"]](options)
        except (schemas.SchemaRefused, relocations.RelocationRefused) as refusal:
            raise CommandError(refusal.words) from refusal

    def _create(self, options: dict[str, Any]) -> None:
        made = schemas.create(
            code=options["code"],
            name=options["name"],
            name_en=options["name_en"],
            hosts={kind: options[f"{kind}_host"] for kind in Host.Kind.values},
            database=options["database"],
        )
        with serving(made):
            keys.create()
        self.stdout.write(f"{made} を作りました。")

    def _migrate(self, options: dict[str, Any]) -> None:
        """Killed half-way and given again, it goes on with those that are still behind."""
        everybody = municipalities.registered(code=options["only"])
        if options["only"] and not everybody:
            raise CommandError("移行する自治体がありません (no such municipality).")
        found = everybody if options["only"] else schemas.behind()
        total = len(everybody)
        self._tell(f"{total - len(found)}/{total} は新しい版です。残り {len(found)}。")
        connections.close_all()
        failed = []
        with ProcessPoolExecutor(max(1, options["parallel"]), get_context("fork")) as workers:
            waiting = {workers.submit(schemas.migrate, one): one for one in found}
            for count, done in enumerate(as_completed(waiting), start=1):
                problem = done.exception()
                if problem is not None:
                    failed.append(f"{waiting[done]}: {getattr(problem, 'words', problem)}")
                self._tell(f"{count}/{len(found)} {waiting[done]}{' 失敗' if problem else ''}")
        if failed:
            raise CommandError("\n".join(["移行できなかった自治体があります。", *failed]))

    def _move(self, options: dict[str, Any]) -> None:
        found = municipalities.registered(code=options["code"])
        if not found:
            raise CommandError(f"自治体 {options['code']} はありません (no such municipality).")
        if options["turn_back"]:
            relocations.turn_back(municipality=found[0], tell=self._tell)
            return
        relocations.relocate(
            municipality=found[0], to=options["to"], tell=self._tell, at=timezone.now()
        )

    def _tell(self, words: str) -> None:
        self.stdout.write(f"{timezone.localtime():%H:%M:%S} {words}")
        self.stdout.flush()

    def _list(self, _options: dict[str, Any]) -> None:
        for row in municipalities.registered():
            stopped = " 受付停止中（移転）" if row.stopped_at else ""
            hosts = " ".join(f"{host.kind}={host.host}" for host in row.hosts.all())
            self.stdout.write(f"{row.code} {row.name} {row.database}/{row.schema} {hosts}{stopped}")
