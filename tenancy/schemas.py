"""Verbs on a municipality's schema: make, migrate, grant (スキーマ). Owner's work only."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.apps import apps
from django.core.management import call_command
from django.db import connections
from django.db.models import Model

from tenancy import codes, grants, municipalities, template_dump
from tenancy.current import serving
from tenancy.directory.models import Host, Municipality, Relocation

OWNERS_LOCK = 766_565  # with the municipality's code: one migration or move at a time


class SchemaRefused(Exception):
    """A municipality cannot be made so; `words` say why."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def create(
    *, code: str, name: str, name_en: str, hosts: dict[str, str], database: str = "default"
) -> Municipality:
    """Make a municipality: directory rows, role, schema, tables, grants; or refuse whole."""
    if not {database, Municipality(database=database).owner_database} <= set(connections):
        raise SchemaRefused(
            f"データベース {database} の設定がありません（WAKU_MORE_DATABASES と、その二つの URL）。"
        )
    if not codes.is_valid(code):
        raise SchemaRefused(f"{code} は正しい市町村コードではありません（検査数字が合いません）。")
    if Municipality.objects.using("owner").filter(code=code).exists():
        raise SchemaRefused(f"自治体 {code} はすでにあります。")
    if Host.objects.using("owner").filter(host__in=hosts.values()).exists():
        raise SchemaRefused("同じホスト名がすでに使われています。")
    municipality = Municipality(
        code=code, name=name, name_en=name_en, schema=f"m_{code}", database=database,
        migrated_to=newest(),
    )  # fmt: skip
    _make_schema(municipality)
    municipality.save(using="owner", force_insert=True)
    for kind, host in hosts.items():
        Host.objects.using("owner").create(host=host, kind=kind, municipality=municipality)
    municipalities.forget_kept()
    return municipality


def migrate(municipality: Municipality) -> None:
    """Bring one municipality's schema to the newest migration and renew its grants; note it."""
    with alone_with(municipality):
        bring_up(municipality)


def bring_up(municipality: Municipality) -> None:
    """As migrate(), for whoever is alone with the municipality already."""
    rows = Relocation.objects.using("owner").filter(municipality=municipality)
    if rows.exclude(step__in=Relocation.OVER).exists():
        raise SchemaRefused(f"{municipality} は移転中です。終わるまで移行できません。")
    with serving(municipality):
        owner = owner_of(municipality)
        call_command("migrate", database=owner, verbosity=0, interactive=False)
    grant(municipality)
    row = Municipality.objects.using("owner").filter(code=municipality.code)
    row.update(migrated_to=newest())


@cache
def newest() -> str:
    """A name for all that a schema of this version holds: migrations, and what is append-only."""
    words = ",".join([template_dump.newest(), *sorted(append_only_tables())])
    return hashlib.sha256(words.encode()).hexdigest()


def behind() -> list[Municipality]:
    """Whom this version has still to migrate; asked with one statement."""
    rows = Municipality.objects.using("owner").exclude(migrated_to=newest())
    return list(rows.order_by("code"))


def owner_of(municipality: Municipality) -> str:
    """The alias that owns this municipality's schema."""
    return municipality.owner_database


def login_of(database: str) -> str:
    """The login role by which the application reaches a database."""
    return str(connections[database].settings_dict["USER"])


def make_role(municipality: Municipality) -> None:
    """The municipality's role on its cluster, and the application's right to speak for it."""
    owner = owner_of(municipality)
    with grants.in_turn(owner) as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [municipality.role])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE ROLE {municipality.role} NOLOGIN")
        login = connections[owner].ops.quote_name(login_of(municipality.database))
        cursor.execute(f"GRANT {municipality.role} TO {login}")


def _make_schema(municipality: Municipality) -> None:
    make_role(municipality)
    with connections[owner_of(municipality)].cursor() as cursor:
        # What a killed attempt left is not in the directory: it is nobody's and is made anew.
        cursor.execute(f"DROP SCHEMA IF EXISTS {municipality.schema} CASCADE")
        cursor.execute(f"CREATE SCHEMA {municipality.schema}")
    if not template_dump.replay(municipality):
        with serving(municipality):
            owner = owner_of(municipality)
            call_command("migrate", database=owner, verbosity=0, interactive=False)
    grant(municipality)


def take_away(municipality: Municipality, *, keeps_role: bool) -> None:
    """Drop its schema and role from a cluster to which the directory does not point."""
    rows = Municipality.objects.using("owner")
    if rows.filter(code=municipality.code, database=municipality.database).exists():
        raise SchemaRefused(f"{municipality} は {municipality.database} で使われています。")
    owner, role = owner_of(municipality), municipality.role
    database = connections[owner].settings_dict["NAME"]
    with grants.in_turn(owner) as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {municipality.schema} CASCADE")
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone() and not keeps_role:
            cursor.execute(f"REVOKE ALL ON DATABASE {database} FROM {role}")
            cursor.execute(f"DROP ROLE {role}")


@contextmanager
def alone_with(municipality: Municipality) -> Iterator[None]:
    """Nobody else migrates or moves this municipality inside the block, or SchemaRefused."""
    held = connections["owner"].copy()
    try:
        with held.cursor() as cursor:
            cursor.execute(
                "SELECT pg_try_advisory_lock(%s, %s)", [OWNERS_LOCK, int(municipality.code)]
            )
            if not cursor.fetchone()[0]:
                raise SchemaRefused(f"{municipality} では別の移行か移転が続いています。")
        yield
    finally:
        held.close()


def grant(municipality: Municipality) -> None:
    """Give the municipality's role exactly what each table declares; append-only stays so."""
    grants.give(municipality, append_only=append_only_tables())


def append_only_tables() -> Iterator[str]:
    """Tables whose rows are facts: declared by `append_only` in the model's class Privacy."""
    for model in apps.get_models():
        if getattr(privacy_of(model), "append_only", False):
            yield model._meta.db_table


def privacy_of(model: type[Model]) -> object:
    """A model's own declaration, or None for a library's model."""
    return model.__dict__.get("Privacy")


def is_schema_name(text: str) -> bool:
    """Whether this is the name of a municipality's schema."""
    return bool(re.fullmatch(r"m_[0-9]{6}", text))
