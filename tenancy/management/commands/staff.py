"""bin/manage staff create|list --municipality CODE: the first accounts of a municipality."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.utils import timezone

from tenancy import accounts, municipalities
from tenancy.current import current
from tenancy.directory.models import Host
from tenancy.entrances.command import MunicipalityCommand
from tenancy.permissions import Role


class Command(MunicipalityCommand):
    help = "職員アカウントを作ります（最初の一人のため）。一時パスワードは一度だけ表示します。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("verb", choices=["create", "list"])
        parser.add_argument("--login-name")
        parser.add_argument("--role", choices=Role.values)
        parser.add_argument("--display-name")
        parser.add_argument("--organisation", default="")
        parser.add_argument("--password-file", type=Path, help="本人のパスワードの入ったファイル")

    def work(self, **options: Any) -> str | None:
        if options["verb"] == "list":
            return "\n".join(
                f"{row.login_name} {row.role} {'有効' if row.is_active else '停止中'}"
                for row in accounts.everybody()
            )
        for name in ("login_name", "role"):
            if not options[name]:
                raise CommandError(f"--{name.replace('_', '-')} が必要です。")
        return self._create(options)

    def _create(self, options: dict[str, Any]) -> str:
        try:
            staff, one_time = accounts.create(
                login_name=options["login_name"],
                display_name=options["display_name"] or options["login_name"],
                organisation=options["organisation"] or current().name,
                role=options["role"],
                password=_password(options["password_file"]),
                by=None,
                at=timezone.now(),
            )
        except accounts.Refused as refusal:
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
