"""The directory (自治体一覧): which municipality answers at which host, and where its data is."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Municipality(models.Model):
    """A municipality (自治体): its code, its words, and the schema and role that are its own."""

    code = models.CharField(max_length=6, primary_key=True)
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60)
    schema = models.CharField(max_length=40, unique=True)
    database = models.CharField(max_length=30, default="default")
    is_open = models.BooleanField(default=True)
    stopped_at = models.DateTimeField(null=True)  # nobody is served while it moves or is restored
    migrated_to = models.CharField(max_length=64, default="")  # the newest state it was brought to
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{6}$"), name="code_six_digits"),
            models.CheckConstraint(
                condition=Q(schema__regex=r"^m_[0-9]{6}$"), name="schema_named_by_code"
            ),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "code", "name", "name_en", "schema", "database", "is_open", "stopped_at",
            "migrated_to", "created_at",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def role(self) -> str:
        """The database role that may read and write this municipality's schema."""
        return self.schema

    @property
    def owner_database(self) -> str:
        """The alias that owns this municipality's schema; only commands know it."""
        return "owner" if self.database == "default" else f"{self.database}_owner"


class Host(models.Model):
    """A host name (ホスト名) and what it serves; matched exactly, never by pattern."""

    class Kind(models.TextChoices):
        RESIDENT = "resident", "住民"
        STAFF = "staff", "職員"
        HOOKS = "hooks", "通信事業者"

    host = models.CharField(max_length=120, primary_key=True)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="hosts")
    kind = models.CharField(max_length=10, choices=Kind)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["municipality", "kind"], name="one_host_a_kind"),
            models.CheckConstraint(
                condition=Q(host__regex=r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$"), name="host_plain"
            ),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"host", "municipality", "kind"}

    def __str__(self) -> str:
        return self.host


class Relocation(models.Model):
    """A municipality's way to another database (移転), and how far it has come."""

    class Step(models.TextChoices):
        BEGUN = "begun", "開始"
        COPYING = "copying", "複製中"
        STOPPED = "stopped", "受付停止中"
        EQUAL = "equal", "照合済み"
        SWITCHED = "switched", "切替済み"
        ENDED = "ended", "完了"
        TURNED_BACK = "turned_back", "取りやめ"

    OVER = (Step.ENDED, Step.TURNED_BACK)

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="relocations")
    source = models.CharField(max_length=30)
    target = models.CharField(max_length=30)
    step = models.CharField(max_length=12, choices=Step, default=Step.BEGUN)
    begun_at = models.DateTimeField()
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["municipality"],
                condition=~Q(step__in=["ended", "turned_back"]),
                name="one_relocation_at_a_time",
            ),
        ]

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id", "municipality", "source", "target", "step", "begun_at", "changed_at",
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.municipality_id} {self.source} → {self.target} {self.step}"


class Edition(models.Model):
    """How often municipalities and hosts have changed; the database counts it by itself (版)."""

    number = models.BigIntegerField(default=0)

    class Privacy:
        sealed: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "number"}

    def __str__(self) -> str:
        return str(self.number)
