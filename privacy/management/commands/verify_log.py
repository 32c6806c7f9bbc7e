"""bin/manage verify_log: computes the access log's chain again and says what does not fit."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from privacy import verifying
from privacy.anchor_lines import Anchored, NotAnAnchor, found_in
from privacy.finding_words import words_of
from tenancy.current import current
from tenancy.entrances.command import MunicipalityCommand


class Command(MunicipalityCommand):
    help = (
        "閲覧記録が書かれたときのままかを確かめます。 / "
        "Verifies that one municipality's access log stands as it was written."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--anchors",
            help="区のメールボックスなどに残る写し (a text file of heads kept elsewhere)",
        )

    def work(self, **options: Any) -> None:
        more = _kept_elsewhere(options["anchors"]) if options["anchors"] else []
        report = verifying.verify(more_anchors=more, at=timezone.now())
        self.stdout.write(
            f"環 links {report.links} / 記録 entries {report.entries} / "
            f"未連結 waiting {report.unlinked} / 写し anchors {report.anchors} / "
            f"head {report.head.hex()}"
        )
        for finding in report.findings:
            self.stdout.write(f"NG {finding.kind}: {words_of(finding)}")
        if not report.is_whole:
            raise CommandError("閲覧記録に異常があります (the access log does not stand).")
        self.stdout.write("異常はありません / The access log stands as it was written.")


def _kept_elsewhere(path: str) -> list[Anchored]:
    try:
        text = Path(path).read_text("utf-8")
        return list(found_in(text, municipality_code=current().code))
    except (OSError, NotAnAnchor) as fault:
        message = f"写しを読めません (the anchors cannot be read): {path}"
        raise CommandError(message) from fault
