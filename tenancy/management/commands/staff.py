"""bin/manage staff create|list --municipality CODE: the first accounts of a municipality."""

from argparse import ArgumentParser
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.utils import timezone

from shared.calendar import day_of
from tenancy import accounts, handlers, municipalities
from tenancy.current import current
from tenancy.directory.models import Host
from tenancy.entrances.command import MunicipalityCommand
from tenancy.models import Handler
from tenancy.permissions import Role

FIRST_TRAINING = timedelta(days=90)  # the first person looks at the register within these days


class Command(MunicipalityCommand):
    help = "職員アカウントを作ります（最初の一人のため）。一時パスワードは一度だけ表示します。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("verb", choices=["create", "list", "renew"])
        parser.add_argument("--login-name")
        parser.add_argument("--role", choices=Role.values)
        parser.add_argument("--display-name")
        parser.add_argument("--organisation", default="")
        parser.add_argument("--kind", choices=Handler.OrganisationKind.values, default="contractor")
        parser.add_argument("--position", choices=Handler.Position.values, default="handler")
        parser.add_argument("--consent-number", default="", help="再委託先の承諾番号")
        parser.add_argument("--trained-until", type=date.fromisoformat, help="研修の有効期限")
        parser.add_argument("--password-file", type=Path, help="本人のパスワードの入ったファイル")

    def work(self, **options: Any) -> str | None:
        if options["verb"] == "list":
            return "\n".join(
                f"{row.login_name} {row.role} {'有効' if row.is_active else '停止中'}"
                for row in accounts.everybody()
            )
        if options["verb"] == "renew":
            return self._renew(options)
        for name in ("login_name", "role"):
            if not options[name]:
                raise CommandError(f"--{name.replace('_', '-')} が必要です。")
        return self._create(options)

    def _entry(self, options: dict[str, Any], *, at: datetime) -> handlers.Entry:
        today = day_of(at)
        return handlers.Entry(
            person_name=options["display_name"] or options["login_name"],
            organisation=options["organisation"] or current().name,
            organisation_kind=options["kind"],
            position=options["position"],
            from_on=today,
            trained_until=options["trained_until"] or today + FIRST_TRAINING,
            consent_number=options["consent_number"],
        )

    def _renew(self, options: dict[str, Any]) -> str:
        """Let somebody in again whose training has ended, where no keeper is left to do it."""
        now = timezone.now()
        staff = accounts.everybody().filter(login_name=options["login_name"]).first()
        if staff is None or options["trained_until"] is None:
            raise CommandError("--login-name の職員と --trained-until が必要です。")
        row = handlers.renew(
            staff=staff, trained_until=options["trained_until"], reason="コマンドによる更新", at=now
        )
        return f"{staff.login_name} の研修の有効期限を {row.trained_until} にしました。"

    def _create(self, options: dict[str, Any]) -> str:
        now = timezone.now()
        try:
            staff, one_time = handlers.admit(
                login_name=options["login_name"],
                role=options["role"],
                entry=self._entry(options, at=now),
                password=_password(options["password_file"]),
                by=None,
                at=now,
            )
        except (accounts.Refused, handlers.HandlerRefused) as refusal:
            raise CommandError(str(refusal.words)) from refusal
        address = f"{municipalities.base_url(current(), Host.Kind.STAFF)}/sign-in/"
        words = [f"{staff.login_name} を作りました。", f"ログイン: {address}"]
        if one_time:
            words.append(f"一時パスワード（二度と表示しません）: {one_time}")
        return "\n".join(words)


def _password(file: Path | None) -> str:
    if file is None:
        return ""
    try:
        password = file.read_text(encoding="utf-8").strip()
        validate_password(password)
    except OSError as problem:
        raise CommandError(f"{file}: {problem.strerror}") from problem
    except ValidationError as problem:
        raise CommandError(" ".join(problem.messages)) from problem
    return password
