"""The ledgers of handovers on a telephone and on a desk, in both languages."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from exchange import handover_steps, media, print_logs, submissions
from exchange.handover_steps import Step
from tenancy.current import serving
from tests import cast
from tests.serving import look, sign_in_browser

pytestmark = pytest.mark.browser


def fill(officer, printer, now):
    """A medium given and delivered from, a print that waits, a submission."""
    day = localdate(now) - timedelta(days=40)
    said = media.Given("D-001", "DVD-R", "印字データ", "3階 金庫A", "2階 金庫B", day)
    held = media.enter(given=said, by=officer, at=now)
    record = handover_steps.give(
        medium=held, thing="data", rows=1000, taken_by=printer, by=officer, at=now
    )
    step = Step(moment="delivered", other=printer, rows=900, pulled=10, note="一回目")
    handover_steps.follow(record=record, step=step, by=officer, at=now)
    at = now - timedelta(hours=1)
    one = print_logs.Printed("PRINT-PC01", at, "PRT_999997_001", "PRINTER-A", 101, 100, "損紙")
    print_logs.enter(printed=one, by=officer, at=now)
    submissions.enter(
        kind="pc_log", organisation="見本コール", month=day.replace(day=1), place="書庫",
        by=officer, at=now,
    )  # fmt: skip
    return held, record


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_ledgers_fit_and_shut_nobody_out(page, address, live_municipalities, language):
    with serving(live_municipalities.mihon):
        officer = cast.staff("ward_officer", organisation="見本市 保健予防課")
        printer = cast.staff("contractor", organisation="見本印刷")
        held, record = fill(officer, printer, cast.now())
        sign_in_browser(page, address, officer)
    place = {"url": address.url("/").replace("http:", "https:"), "secure": True}
    page.context.add_cookies([{"name": "__Host-lang", "value": language} | place])
    for path, name in (
        (f"/ledger/media/{held.pk}/", "one-medium"),
        (f"/ledger/media/{held.pk}/give/", "give"),
        (f"/handovers/{record.pk}/", "record"),
        (f"/handovers/{record.pk}/next/", "next-step"),
        ("/handovers/outstanding/", "outstanding"),
        ("/print-log/", "print-log"),
        ("/submissions/", "submissions"),
    ):
        assert page.goto(address.url(path)).status == 200
        look(page, f"{name}-{language}")
