"""Vouchers are printed: asked for, left out by reason, fetched by another officer, pulled, counted."""

import pytest
from django.utils import timezone

from booking import mailings
from booking.models import Envelope, Resident
from exchange import dummy_targets, intake, prints, rosters, sealing, spool, tasks
from exchange.layouts import PRINTED, TARGET_LIST
from exchange.layouts.writing import write
from exchange.models import Parcel
from exchange.prints import results
from tenancy.current import serving
from tests import cast
from tests.serving import look, sign_in_browser

pytestmark = pytest.mark.browser
PASSWORD = "a dummy password of a clerk"


@pytest.fixture
def officers(live_municipalities, settings, tmp_path, monkeypatch):
    """Two officers of a town with a list of today; the worker works at once."""
    settings.WAKU_SPOOL = tmp_path / "spool"
    work = lambda *, municipality_code, parcel_id: prints.build(parcel_id=parcel_id, at=cast.now())  # noqa: E731
    monkeypatch.setattr(tasks.build, "delay", work)
    today, now = timezone.localdate(), timezone.now()
    with serving(live_municipalities.mihon):
        found = [cast.staff("ward_officer") for _ in range(2)]
        wish = dummy_targets.Wish(people=60, municipality_code="999997", base_date=today)
        rows = list(dummy_targets.rows(wish))
        rows[0] = rows[0]._replace(status_flag="0", postal_code="")
        path = tmp_path / "list.zip"
        data = write(layout=TARGET_LIST, rows=rows)
        sealing.seal_like_a_clerk(chunks=data, name="m.csv", to=path, password=PASSWORD, at=now)
        declared = intake.Declared(base_date=today, rows=60, encoding="utf-8", is_dummy=True)
        parcel = intake.receive(
            spooled=spool.keep([path.read_bytes()]), declared=declared, by=found[0], at=now
        )
        intake.unlock(parcel=parcel, password=PASSWORD, by=found[1], at=now)
        intake.check(parcel_id=parcel.pk, at=now)
        intake.commit(parcel=parcel, by=found[1], at=now)
        intake.apply(parcel_id=parcel.pk, at=now)
    return found


def test_a_mailing_is_printed_pulled_and_closed(live_municipalities, page, address, officers):
    mihon = live_municipalities.mihon
    with serving(mihon):
        sign_in_browser(page, address, officers[0])
    page.goto(address.url("/prints/"))
    look(page, "mailings-none")
    page.get_by_role("link", name="新しい発送便").click()
    page.get_by_label("名称").fill("第1便（全員）")
    page.get_by_label("名簿の基準日").fill("2020/1/1")
    page.get_by_role("button", name="印字データの作成を依頼する").click()
    page.get_by_text("基準日が、最後に取り込んだ名簿と違います").first.wait_for()
    look(page, "mailing-refused")
    page.get_by_label("名簿の基準日").fill(f"{timezone.localdate()}")
    page.get_by_role("button", name="印字データの作成を依頼する").click()
    page.get_by_text("郵便番号がない").wait_for()
    look(page, "mailing")
    page.get_by_role("link", name="名簿で直せる人の一覧").click()
    look(page, "left-out")

    with serving(mihon):
        run = Parcel.objects.get(layout="PRT")
        rosters.fetch(parcel=run, by=officers[1], at=timezone.now())
        people = Resident.objects.filter(vouchers__envelopes__serial__lte=2)
        people.update(status_flag="1")
        mailing = mailings.newest().get()
    page.goto(address.url(f"/prints/{mailing.pk}/"))
    look(page, "mailing-to-pull")
    page.get_by_role("button", name="抜取リストを作る").click()
    page.get_by_role("heading", name="抜取リスト").wait_for()
    look(page, "pull-list")
    page.get_by_role("link", name="この発送便を見る").click()
    page.get_by_label("納品された封筒の数").fill(str(mailing.envelopes))
    page.get_by_role("button", name="完了する").click()
    page.get_by_text("数が合っていません").first.wait_for()
    look(page, "mailing-differs")
    page.get_by_label("違いの説明").fill("試験の説明")
    page.get_by_role("button", name="完了する").click()
    page.get_by_text("記録しました").wait_for()
    look(page, "mailing-closed")
    with serving(mihon):
        number = str(
            Envelope.objects.select_related("voucher").get(serial=5).voucher.voucher_number
        )
    page.goto(address.url("/vouchers/"))
    page.get_by_label("接種券番号").fill(f"21999997{number}")
    page.get_by_role("button", name="調べる").click()
    page.get_by_text("発送便に入れた").wait_for()
    look(page, "voucher")
    page.goto(address.url("/prints/"))
    look(page, "mailings")


def test_results_come_back_and_are_compared(live_municipalities, page, address, officers, tmp_path):
    mihon = live_municipalities.mihon
    with serving(mihon):
        sign_in_browser(page, address, officers[1])
        now, today = timezone.now(), timezone.localdate()
        plan = mailings.Plan("第1便", today, today)
        run = prints.ask(plan=plan, by=officers[0], at=now)
        prints.build(parcel_id=run.pk, at=now)
        rows = [
            (f"{one.serial:08}", str(one.voucher.voucher_number), "3", f"{now:%Y%m%d%H%M%S}", "B1")
            for one in Envelope.objects.select_related("voucher").exclude(serial__in=[3, 8, 9])
        ]
        rows.append(("00000099", rows[0][1], "3", rows[0][3], "B1"))
        path, data = tmp_path / "prr.zip", write(layout=PRINTED, rows=rows)
        sealing.seal_like_a_clerk(chunks=data, name="p.csv", to=path, password=PASSWORD, at=now)
        parcel = results.receive(
            mailing=mailings.find(mailing_id=run.mailing_id), spooled=spool.keep([path.read_bytes()]),
            told=results.Told(len(rows), "utf-8"), by=officers[0], at=now,
        )  # fmt: skip
    page.goto(address.url(f"/prints/{run.mailing_id}/results/"))
    look(page, "results-hand-in")
    page.goto(address.url(f"/files/{parcel.pk}/"))
    look(page, "results-received")
    with serving(mihon):
        intake.unlock(parcel=parcel, password=PASSWORD, by=officers[1], at=now)
        results.check(parcel_id=parcel.pk, at=now)
    page.reload()
    page.get_by_text("00000003、00000008-00000009").wait_for()
    look(page, "results-compared")
    with serving(mihon):
        results.commit(parcel=parcel, partial_reason="確認中", by=officers[1], at=now)
        results.apply(parcel_id=parcel.pk, at=now)
    page.goto(address.url(f"/prints/{run.mailing_id}/"))
    page.get_by_role("link", name="English").or_(page.get_by_role("button", name="English")).click()
    look(page, "mailing-en")
    page.goto(address.url(f"/files/{parcel.pk}/"))
    look(page, "results-en")
