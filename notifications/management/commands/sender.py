"""bin/manage sender --municipality CODE --sms-account AC… --sms-name NAME --token-file FILE --mail …"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.utils import timezone

from notifications import senders
from tenancy.entrances.command import MunicipalityCommand


class Command(MunicipalityCommand):
    """Says from which accounts a municipality sends; the carrier's token is read from a file."""

    help = "差出人を設定する。通信事業者のトークンはファイルから読む。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The secret comes in a file: an argument would stay in the shell's history."""
        super().add_arguments(parser)
        parser.add_argument("--sms-account", default="", help="AC…")
        parser.add_argument("--sms-name", default="", help="SMSの送信元")
        parser.add_argument("--token-file", type=Path, help="トークンだけを書いたファイル")
        parser.add_argument("--mail", default="", help="メールの送信元")

    def work(self, **options: Any) -> str | None:
        """Set the sender and say where receipts must come in."""
        try:
            senders.set_up(
                sms_account=options["sms_account"],
                sms_token=_token(options["token_file"]),
                sms_name=options["sms_name"],
                mail_address=options["mail"],
                by=None,
                at=timezone.now(),
            )
        except ValidationError as wrong:
            raise CommandError(" ".join(wrong.messages)) from wrong
        return f"到達通知の宛先 / receipts come in at: {senders.receipt_url()}"


def _token(file: Path | None) -> str:
    if file is None:
        return ""
    try:
        return file.read_text(encoding="utf-8").strip()
    except OSError as problem:
        message = f"{file} を読めません / cannot be read: {problem.strerror}"
        raise CommandError(message) from problem
