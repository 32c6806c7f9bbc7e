"""bin/manage incident_pack: who was seen by whom, sealed; a second person fetches it on the page."""

from argparse import ArgumentParser
from datetime import date
from typing import Any
from uuid import UUID

from django.core.management.base import CommandError
from django.utils import timezone

from exchange import incident_packs, parcels, rosters
from exchange.incident_packs import Wish
from exchange.models import Parcel
from privacy import subjects
from privacy.incidents import Scope
from shared import calendar
from tenancy import accounts
from tenancy.entrances.command import MunicipalityCommand
from tenancy.models import Staff


class Command(MunicipalityCommand):
    help = (
        "漏えい等の報告資料を作ります。 / Makes an incident pack: it lies sealed on the rosters' page "
        "and is fetched there by another person."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--from", dest="first", required=True, help="2026-06-01")
        parser.add_argument("--until", dest="last", required=True, help="2026-06-30")
        parser.add_argument("--known-on", dest="known", required=True, help="2026-07-01")
        parser.add_argument("--reason", required=True)
        parser.add_argument("--login-name", required=True, help="頼む職員 (who asks)")
        parser.add_argument("--staff", action="append", default=[], help="調べる職員 (login name)")
        parser.add_argument("--resident", action="append", default=[], help="R-XXXX-XXXX-XXXX")

    def work(self, **options: Any) -> None:
        now, by = timezone.now(), _account(options["login_name"])
        scope = Scope(
            begins=calendar.day_start(_day(options["first"])),
            ends=calendar.day_edges(_day(options["last"]))[1],
            staff_ids=tuple(_account(name).pk for name in options["staff"]),
            resident_ids=tuple(map(_resident, options["resident"])),
        )
        wish = Wish(scope, options["reason"], calendar.day_start(_day(options["known"])))
        try:
            parcel = incident_packs.ask(wish=wish, by=by, at=now)
            incident_packs.build(parcel_id=parcel.pk, at=now)
        except rosters.Refused as refusal:
            raise CommandError(str(refusal.words)) from refusal
        made = parcels.find(parcel_id=parcel.pk, direction=Parcel.Direction.OUT)
        self.stdout.write(f"{made.number}: {made.rows} 人 (residents)")


def _day(words: str) -> date:
    try:
        return date.fromisoformat(words)
    except ValueError as fault:
        message = f"日付は 2026-06-01 の形で書いてください (not a day): {words}"
        raise CommandError(message) from fault


def _account(name: str) -> Staff:
    found = accounts.everybody().filter(login_name=name).first()
    if found is None:
        message = f"職員がいません (no such account): {name}"
        raise CommandError(message)
    return found


def _resident(words: str) -> UUID:
    try:
        return subjects.find_by_reference(words)
    except subjects.NobodyFound as unknown:
        message = f"{unknown.words} {words}"
        raise CommandError(message) from unknown
