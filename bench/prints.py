"""The print run of a whole city: judged, split, numbered, written and sealed (issue's bar: 60 s)."""

import time
from datetime import date
from uuid import UUID

from bench import crowd
from bench.figures import Figures
from bench.lists import PASSWORD, worked, written
from bench.stage import Stage
from bench.towns import at_home
from booking import mailings
from booking.models import Envelope, Mailing
from exchange import intake, prints, sealing, spool
from exchange.layouts import PRINT_RUN, PRINTED, writing
from exchange.layouts.printing import PrintedRow
from exchange.models import Parcel
from exchange.prints import results
from tenancy.current import municipality_atomic

ENVELOPES, FEW = 235_000, 500
#: Of dummy people some are flagged or bear signs that a printer does not know.
LEFT_OUT = 1.1


def measure(stage: Stage, figures: Figures) -> None:
    """From asking for it to a sealed file; its ceiling is the sealing of the same rows alone."""
    count = stage.many(ENVELOPES, FEW)
    base_date = _take_in(stage, int(count * LEFT_OUT))
    with at_home(stage.town.code) as at:
        plan = mailings.Plan("第1便", base_date, base_date, all_characters=True)
        parcel = prints.ask(plan=plan, by=crowd.staff(), at=at)
    took = worked(stage, "print", parcel.pk)
    figures.say("print_run_seconds", took["seconds"], "s")
    figures.say("print_run_peak_mb", took["peak_mb"], "MB")
    with at_home(stage.town.code):
        parcel = Parcel.objects.select_related("mailing").get(pk=parcel.pk)
        assert parcel.mailing is not None
        figures.say("print_run_rows", parcel.rows or 0, "rows")
        left_out = sum(parcel.mailing.left_out.values())
        everybody = crowd.how_many_residents()
    if parcel.state != Parcel.State.SEALED or (parcel.rows or 0) < count:
        figures.broken.append(f"the print run was not sealed whole: {parcel.closing_words}")
    figures.must_be_none(
        "print_run_lost", everybody - left_out - parcel.mailing.envelopes, "people"
    )
    figures.say("print_run_ceiling_seconds", _sealing_alone(stage, count), "s")
    _results(stage, figures, parcel.mailing.pk)


def _results(stage: Stage, figures: Figures, mailing_id: UUID) -> None:
    """Everything comes back delivered: compared, then written down, each in a process of its own."""
    with at_home(stage.town.code) as at:
        mailing = mailings.find(mailing_id=mailing_id)
        sender, opener, count = crowd.staff(), crowd.staff(), mailing.envelopes
        parcel = results.receive(
            mailing=mailing, spooled=_came_back(stage, mailing),
            told=results.Told(count, "utf-8"), by=sender, at=at,
        )  # fmt: skip
        intake.unlock(parcel=parcel, password=PASSWORD, by=opener, at=at)
    looked = worked(stage, "compare", parcel.pk)
    figures.say("print_results_dry_run_seconds", looked["seconds"], "s")
    with at_home(stage.town.code) as at:
        results.commit(parcel=parcel, by=opener, at=at)
    took = worked(stage, "write_down", parcel.pk)
    figures.say("print_results_seconds", took["seconds"], "s")
    figures.say("print_results_peak_mb", max(looked["peak_mb"], took["peak_mb"]), "MB")
    with at_home(stage.town.code):
        delivered = mailings.states_of(mailing).get("delivered", 0)
    figures.must_be_none("print_results_open", count - delivered, "envelopes")


def _came_back(stage: Stage, mailing: Mailing) -> spool.Spooled:
    rows = Envelope.objects.filter(mailing=mailing).select_related("voucher").order_by("serial")
    file = stage.servers.folder / "results.zip"
    written_rows = (
        PrintedRow(f"{one.serial:08}", str(one.voucher.voucher_number), "3", "20260601103015", "B1")
        for one in rows.iterator(chunk_size=5000)
    )
    with municipality_atomic():
        sealing.seal_like_a_clerk(
            chunks=writing.write(layout=PRINTED, rows=written_rows), name="results.csv",
            to=file, password=PASSWORD, at=crowd.clock_start(mailing.base_date),
        )  # fmt: skip
    with file.open("rb") as stream:
        return spool.keep(iter(lambda: stream.read(1 << 16), b""))


def _take_in(stage: Stage, count: int) -> date:
    """A full list of that many people, taken in by two."""
    with at_home(stage.town.code) as at:
        sender, opener = crowd.staff(), crowd.staff()
        base_date = at.date()
        sealed = written(stage, count, base_date)
        declared = intake.Declared(base_date=base_date, rows=count, encoding="utf-8", is_dummy=True)
        parcel = intake.receive(spooled=sealed, declared=declared, by=sender, at=at)
        intake.unlock(parcel=parcel, password=PASSWORD, by=opener, at=at)
        intake.check(parcel_id=parcel.pk, at=at)
        intake.commit(parcel=parcel, by=opener, at=at)
        intake.apply(parcel_id=parcel.pk, at=at)
    return base_date


def _sealing_alone(stage: Stage, count: int) -> float:
    """The same file of made-up rows, with nothing read, opened or judged."""
    with at_home(stage.town.code) as at:
        row = tuple(column.example for column in PRINT_RUN.columns)
        cover = sealing.Cover(PRINT_RUN, stage.town.code, at.date(), dummy=True)
        begun = time.perf_counter()
        sealing.seal(
            cover=cover,
            rows=(row for _ in range(count)),
            to=stage.servers.folder / "ceiling.zip",
            password=sealing.make_password(),
            at=at,
        )
        return time.perf_counter() - begun
