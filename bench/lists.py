"""The ward's target list: from the encrypted file to the dry run, and to committed rows."""

import json
import subprocess
from datetime import date

from bench import crowd
from bench.figures import Figures
from bench.stage import Stage
from bench.towns import at_home
from exchange import dummy_targets, intake, sealing, spool
from exchange.layouts import TARGET_LIST, writing
from exchange.models import Parcel

PASSWORD = "a-long-dummy-password"  # noqa: S105 - of a dummy file
PEOPLE, FEW = 313_000, 10_000


def measure(stage: Stage, figures: Figures) -> None:
    """Each half in a worker process of its own, whose memory is read at its end."""
    count = stage.many(PEOPLE, FEW)
    with at_home(stage.town.code) as at:
        sender, opener = crowd.staff(), crowd.staff()
        before = crowd.how_many_residents()
        sealed = written(stage, count, at.date())
        declared = intake.Declared(base_date=at.date(), rows=count, encoding="utf-8", is_dummy=True)
        parcel = intake.receive(spooled=sealed, declared=declared, by=sender, at=at)
        intake.unlock(parcel=parcel, password=PASSWORD, by=opener, at=at)
    looked = worked(stage, "check", parcel.pk)
    figures.say("dry_run_seconds", looked["seconds"], "s")
    with at_home(stage.town.code) as at:
        intake.commit(parcel=Parcel.objects.get(pk=parcel.pk), by=opener, at=at)
    took = worked(stage, "apply", parcel.pk)
    figures.say("import_seconds", took["seconds"], "s")
    figures.say("import_peak_mb", max(looked["peak_mb"], took["peak_mb"]), "MB")
    with at_home(stage.town.code):
        parcel.refresh_from_db()
        missing = count - (crowd.how_many_residents() - before)
        if parcel.state != Parcel.State.APPLIED:
            figures.broken.append(f"the list was not taken in: {parcel.closing_words}")
    figures.must_be_none("import_missing", missing, "people")


def written(stage: Stage, count: int, base_date: date) -> spool.Spooled:
    code = stage.town.code
    wish = dummy_targets.Wish(people=count, municipality_code=code, base_date=base_date, seed=7)
    file = stage.servers.folder / "targets.zip"
    sealing.seal_like_a_clerk(
        chunks=writing.write(layout=TARGET_LIST, rows=dummy_targets.rows(wish)),
        name=f"TGT_{code}_{base_date:%Y%m%d}_001.csv", to=file, password=PASSWORD,
        at=crowd.clock_start(base_date),
    )  # fmt: skip
    with file.open("rb") as stream:
        return spool.keep(iter(lambda: stream.read(1 << 16), b""))


def worked(stage: Stage, verb: str, *words: object) -> dict[str, float]:
    """Do one long work in a process of its own; what it says of itself."""
    done = subprocess.run(
        stage.command("bench.worker", stage.town.code, verb, *words),
        env=stage.environment, check=True, capture_output=True, text=True, timeout=900,
    )  # fmt: skip
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found
