"""The whole line once: from the ward's encrypted file to a reminder and the daily roster.

Encrypted file → two officers → open venue → a resident books two doses on a phone-sized screen
while an operator's console shows the places disappear → the operator moves the second dose →
reminder sent, receipt arrived → the roster opens with its password and holds that person once.
"""

import csv
import io
import time
from datetime import datetime, timedelta
from datetime import time as clock

import pytest
from django.utils import timezone
from playwright.sync_api import expect

import simulator
from booking import reminders
from booking.models import Reservation, Resident
from exchange import dummy_targets, intake, rosters, sealing, tasks
from exchange.layouts import TARGET_LIST
from exchange.layouts.writing import write
from notifications import deliveries
from notifications.models import Message, Receipt
from shared.calendar import age_on
from tenancy import live
from tenancy.current import serving
from tests import carrying, cast
from tests.serving import PHONE, axe_violations, sign_in_browser

pytestmark = pytest.mark.browser
answering, here, carrier = carrying.answering, carrying.here, carrying.carrier

PASSWORD = "a dummy password of a clerk"
MOBILE = "070-9999-0042"
DESK = {"width": 1366, "height": 768}
PEOPLE = 200


class Line:
    """The town, its browsers and its clock."""

    def __init__(self, town, address, browser):
        self.town, self.address, self.browser = town, address, browser
        self.contexts = []

    def window(self, **size):
        context = self.browser.new_context(
            locale="ja-JP", timezone_id="Asia/Tokyo", viewport=size or DESK
        )
        self.contexts.append(context)
        return context.new_page()

    def staff(self, role, name):
        with serving(self.town):
            return sign_in_browser(self.window(), self.address, cast.staff(role, display_name=name))

    def announce(self):
        with serving(self.town):
            live.announce(at=timezone.now())


@pytest.fixture
def line(live_municipalities, browser, address, settings, tmp_path, monkeypatch, carrier):
    """Real servers, a real carrier's stand-in, two officers' worker at hand."""
    settings.WAKU_SPOOL = tmp_path / "spool"
    settings.WAKU_PORT_SHOWN = str(address.port)
    for task, verb in (
        (tasks.check, intake.check),
        (tasks.apply, intake.apply),
        (tasks.build, rosters.build),
    ):
        monkeypatch.setattr(task, "delay", _at_once(verb))
    found = Line(live_municipalities.mihon, address, browser)
    with serving(found.town):
        cast.everybody_may_book(timezone.now() - timedelta(days=1))
        cast.vaccine()
        carrying.set_up_sender(quiet_from=clock(0), quiet_until=clock(0))
    carrier.usual = simulator.Behaviour()
    yield found
    for context in found.contexts:
        context.close()


def _at_once(verb):
    return lambda *, municipality_code, parcel_id: verb(parcel_id=parcel_id, at=timezone.now())


def clerks_file(folder):
    """What a clerk with 7-Zip would hand in."""
    wish = dummy_targets.Wish(
        people=PEOPLE, municipality_code="999997", base_date=timezone.localdate()
    )
    path = folder / "meibo.zip"
    sealing.seal_like_a_clerk(
        chunks=write(layout=TARGET_LIST, rows=dummy_targets.rows(wish)),
        name="meibo.csv", to=path, password=PASSWORD, at=timezone.now(),
    )  # fmt: skip
    return path


def two_officers_bring_the_list_in(line, first, second, path):
    first.goto(line.address.url("/files/"))
    first.get_by_role("link", name="名簿のファイルを渡す").click()
    first.get_by_label("基準日").fill(timezone.localdate().isoformat())
    first.get_by_label("件数").fill(str(PEOPLE))
    first.get_by_label("UTF-8").check()
    first.get_by_label("暗号化したファイル").set_input_files(path)
    first.get_by_role("button", name="渡す", exact=True).click()
    first.get_by_text("次は別の職員です").wait_for()
    second.goto(first.url)
    second.get_by_label("パスワード").fill(PASSWORD)
    second.get_by_role("button", name="確認を始める").click()
    second.get_by_role("heading", name="確認の結果").wait_for()
    second.get_by_label("区が数えた件数と照合しました").check()
    second.get_by_role("button", name="承認して取り込む").click()
    second.locator("#ui-confirm [data-yes]").click()
    second.get_by_text("取込済み").first.wait_for()


def the_officer_opens_a_venue(line, page, first_day):
    page.goto(line.address.url("/venues/"))
    page.get_by_role("link", name="会場を追加する").first.click()
    page.get_by_label("会場コード").fill("V900")
    page.get_by_label("会場名", exact=False).first.fill("見本会館")
    page.get_by_label("所在地", exact=False).first.fill("見本県見本市見本町1番")
    page.get_by_label("理由").fill("新しい会場")
    page.get_by_role("button", name="保存する").click()
    page.get_by_role("link", name="この会場の開設日を追加する").click()
    page.get_by_label("ワクチン").select_option(index=1)
    page.get_by_label("最初の日").fill(first_day.isoformat())
    page.get_by_label("最後の日").fill((first_day + timedelta(days=27)).isoformat())
    page.get_by_label("終了").first.fill("10:00")
    page.get_by_label("その時刻").first.fill("00:00")  # at any hour of the day that this runs
    page.get_by_label("理由").fill("第一期")
    page.get_by_role("button", name="枠の数を確かめる").click()
    page.get_by_role("button", name="この内容で開設する").click()
    page.get_by_text("28日を開設しました").wait_for()
    line.announce()


def a_caller_is_at_the_picker(line, page, voucher_number, name, born_on):
    page.goto(line.address.url("/console/"))
    enter(page)
    page.keyboard.press("F8")
    page.keyboard.press("F2")
    page.keyboard.type(voucher_number)
    page.keyboard.press("Tab")
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(born_on.isoformat())
    enter(page)


def enter(page):
    with page.expect_navigation():
        page.keyboard.press("Enter")


def press(page, selector):
    with page.expect_navigation():
        page.locator(selector).first.click()


def who(page, voucher_number, born_on):
    page.locator("[name=voucher]").fill(voucher_number)
    page.locator("label", has=page.locator("[value=西暦]")).click()
    for part in ("year", "month", "day"):
        page.locator(f"[name=born_on_{part}]").fill(str(getattr(born_on, part)))


def a_resident_books_both_doses(line, page, voucher_number, born_on):
    page.goto(line.address.url("/sign-in/", kind="resident"))
    who(page, voucher_number, born_on)
    press(page, "form.form .button")
    press(page, ".choices__card button[name=place]")
    press(page, ".choices__card button[name=place]")
    page.locator("[name=phone]").fill(MOBILE)
    press(page, "form.form .button")
    assert axe_violations(page) == []
    press(page, "main form .button--large")
    assert axe_violations(page) == []
    with serving(line.town):
        made = list(Reservation.objects.filter(is_live=True).order_by("dose_number"))
    for one in made:
        assert one.reservation_number in page.locator("main").inner_text()
    return made


def adults(line):
    with serving(line.town):
        today = timezone.localdate()
        found = [
            (one, one.vouchers.get().voucher_number)
            for one in Resident.objects.filter(status_flag="0")
            if not isinstance(one.born_on, str) and age_on(one.born_on, today) >= 20
        ]
        plain = [one for one in found if not one[0].name.isascii()]
    return plain[0], plain[1]


def test_from_the_wards_file_to_a_reminder_and_the_roster(line, carrier, tmp_path):
    first, second = line.staff("ward_officer", "見本 一郎"), line.staff("ward_officer", "試験 花子")
    two_officers_bring_the_list_in(line, first, second, clerks_file(tmp_path))
    with serving(line.town):
        assert Resident.objects.count() == PEOPLE
    begins = timezone.localdate() + timedelta(days=10)
    the_officer_opens_a_venue(line, first, begins)
    (resident, number), (caller, callers_number) = adults(line)

    console = line.staff("operator", "電話 一子")
    a_caller_is_at_the_picker(line, console, callers_number, caller.name, caller.born_on)
    place = console.locator(".slot").first
    before = place.locator("[data-both]").inner_text()
    telephone = line.window(**PHONE)
    made = a_resident_books_both_doses(line, telephone, number, resident.born_on)
    line.announce()
    assert str(made[0].slot_id) == place.get_attribute("data-slot"), "both look at the earliest"
    left, capacity = before.split("/")
    expect(place.locator("[data-both]")).to_have_text(f"{int(left) - 1}/{capacity}", timeout=5000)

    the_operator_moves_the_second_dose(line, console, resident, number, made[1])
    a_reminder_goes_and_its_receipt_comes(line, carrier, made[1].pk)
    the_roster_holds_that_person_once(line, first, second, made[1].pk, number)


def the_operator_moves_the_second_dose(line, page, resident, number, second):
    page.keyboard.press("F2")
    page.keyboard.type(number)
    page.keyboard.press("Tab")
    page.keyboard.type(resident.name)
    page.keyboard.press("Tab")
    page.keyboard.type(resident.born_on.isoformat())
    enter(page)
    press(page, ".held-places__one:nth-child(2) a:has-text('変更')")
    with serving(line.town):
        slot = second.slot
        later = timezone.localtime(slot.starts_at) + timedelta(days=1)
    page.keyboard.press("F4")
    page.keyboard.type(f"{later:%-m/%-d}")
    enter(page)
    page.locator("input[type=radio]:checked").focus()
    enter(page)
    expect(page.get_by_text("今の予約：")).to_be_visible()
    enter(page)
    expect(page.get_by_text("予約を変更しました。")).to_be_visible()
    with serving(line.town):
        moved = Reservation.objects.get(pk=second.pk)
        assert timezone.localdate(moved.slot.starts_at) == later.date()
        assert list(moved.events.order_by("version").values_list("what", flat=True)) == [
            "claimed",
            "moved",
        ]


def a_reminder_goes_and_its_receipt_comes(line, carrier, reservation_id):
    with serving(line.town):
        visit = timezone.localtime(Reservation.objects.get(pk=reservation_id).slot.starts_at)
        day_before = datetime.combine(visit.date() - timedelta(days=1), clock(12), cast.JST)
        assert reminders.remind(at=day_before) == 1
        deliveries.deliver_due(at=day_before)
    sent = [one for one in carrier.accepted_for("+817099990042") if "明日" in one.body]
    assert len(sent) == 1
    assert f"{visit:%-m/%-d}" in sent[0].body
    assert number_free(sent[0].body)
    deadline = time.monotonic() + 15
    state = ""
    while state != "delivered" and time.monotonic() < deadline:
        time.sleep(0.1)
        with serving(line.town):
            state = Message.objects.get(reference=reservation_id, kind="reminder").state
    assert state == "delivered"
    with serving(line.town):
        assert Receipt.objects.filter(status="delivered").exists()


def number_free(body):
    """Whether an SMS names nobody and no telephone number."""
    return "見本　" not in body and "070" not in body


def the_roster_holds_that_person_once(line, first, second, reservation_id, number):
    with serving(line.town):
        day = timezone.localdate(Reservation.objects.get(pk=reservation_id).slot.starts_at)
    first.goto(line.address.url("/rosters/"))
    first.get_by_label("接種予約日").fill(day.isoformat())
    first.get_by_role("button", name="作成を依頼する").click()
    first.get_by_text("次は別の職員です").wait_for()
    second.goto(first.url)
    with second.expect_download() as fetched:
        second.get_by_role("button", name="ファイルを受け取る").click()
    second.reload()
    second.get_by_role("link", name="通知書の発行へ進む").click()
    second.get_by_role("button", name="表示して印刷する").click()
    second.locator("[data-password]").wait_for()
    password = "".join(second.locator("[data-password] span").all_inner_texts())
    with sealing.open_container(path=fetched.value.path(), password=password) as found:
        rows = list(csv.DictReader(io.StringIO(found.stream.read().decode("utf-8-sig"))))
    assert [row["接種券番号"] for row in rows] == [number]
    assert [row["接種回"] for row in rows] == ["2"]
