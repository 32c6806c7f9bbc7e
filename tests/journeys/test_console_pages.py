"""The call centre's less usual pages, looked at on a desk and on a telephone, in two languages."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from callcentre import calls, identity_checks, leases, notes, parties, ward_requests
from callcentre.identity import Item
from tenancy.current import serving
from tests import cast
from tests.journeys.test_operator_books import DESK, keep
from tests.serving import PHONE, axe_violations, sign_in_browser

pytestmark = pytest.mark.browser

SIZES = [pytest.param(DESK, id="desk"), pytest.param(PHONE, id="phone")]


@pytest.fixture
def town(live_municipalities):
    """見本市 with one resident, a message that failed, an operator in a call."""
    from notifications.models import Message

    with serving(live_municipalities.mihon):
        now = timezone.now()
        cast.everybody_may_book(now)
        cast.resident(voucher_number="9990123456")
        cast.resident(name="見本　花子", voucher_number="9990123457")
        day = timezone.localdate() + timezone.timedelta(days=7)
        _, web, _ = cast.slot(day=day, bookable_from=now)
        told = cast.resident(name="見本　次郎", voucher_number="9990123458")
        cast.reservation(told, bucket=web, at=now)
        Message.objects.update(state="failed")
    return live_municipalities.mihon


@pytest.fixture
def look(page, address, town):
    """Open a page as somebody and look at it."""

    def open_page(staff, path, name, *, size):
        with serving(town):
            sign_in_browser(page, address, staff)
        page.set_viewport_size(size)
        page.goto(address.url(path))
        return check(page, name)

    return open_page


def check(page, name):
    page.wait_for_load_state()
    keep(page, name)
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    return page


def bring_in(operator, number, *, wrong=0):
    """A call of the operator with this resident in it, after so many wrong answers."""
    now = timezone.now()
    call = calls.open_of(operator) or calls.start(by=operator, at=now)
    call = calls.read_notice(call=call, by=operator)
    clues = parties.Clues(number=number)
    (found,) = parties.look_for(call=call, clues=clues, by=operator, at=now)
    party = parties.bring_in(call=call, found=found, by=operator, at=now)
    for _ in range(wrong):
        answers = {Item.NAME: "だれか"}
        identity_checks.answer(party=party, answers=answers, by=operator, at=now)
    return party


@pytest.mark.parametrize("size", SIZES)
class TestAtTheDesk:
    def test_what_is_to_be_told(self, look, town, size):
        with serving(town):
            operator = cast.staff(display_name="電話 一子")
        page = look(operator, "/console/", "waiting", size=size)

        page.get_by_role("button", name="架電する").click()
        check(page, "outbound")
        expect(page.get_by_text("本人確認が済むと表示されます。")).to_be_visible()

    def test_several_share_a_number(self, look, town, size):
        with serving(town):
            operator = cast.staff()
            calls.read_notice(call=calls.start(by=operator, at=timezone.now()), by=operator)
        page = look(operator, "/console/", "find", size=size)

        page.get_by_label("接種券・予約・電話番号").fill("070-9999-0001")
        page.get_by_role("button", name="探す").click()
        check(page, "narrow")
        expect(page.get_by_text("3人が当てはまります")).to_be_visible()

    def test_a_check_that_failed(self, look, town, size):
        with serving(town):
            operator = cast.staff()
            bring_in(operator, "9990123456", wrong=3)
        page = look(operator, "/console/", "escalated", size=size)

        expect(page.get_by_role("button", name="折り返す")).to_be_visible()

    def test_somebody_else_is_dealing_with_them(self, look, town, size):
        with serving(town):
            first, supervisor = cast.staff(display_name="電話 一子"), cast.staff("supervisor")
            for one in (first, supervisor):
                party = bring_in(one, "9990123456")
                answers = {
                    Item.NAME: "見本太郎",
                    Item.BORN_ON: party.resident.born_on,
                    Item.VOUCHER: "9990123456",
                }
                identity_checks.answer(party=party, answers=answers, by=one, at=timezone.now())
                if one == first:
                    leases.take(
                        resident_id=party.resident_id, call=party.call, by=one, at=timezone.now()
                    )
        page = look(supervisor, "/console/", "held", size=size)

        expect(page.get_by_role("heading", name="電話 一子さんが対応中です")).to_be_visible()
        page.get_by_label("引き継ぐ理由").select_option("stuck")
        page.get_by_role("button", name="引き継ぐ").click()
        check(page, "taken-over")
        page.get_by_role("link", name="連絡先を変更").click()
        check(page, "contact")

    def test_a_look_without_a_call(self, look, town, size):
        with serving(town):
            operator = cast.staff()
        page = look(operator, "/console/look/", "look", size=size)

        page.get_by_label("接種券・予約・電話番号").fill("9990123456")
        page.get_by_label("閲覧の目的").select_option("ward")
        page.get_by_label("経緯").fill("区からの照会")
        page.get_by_role("button", name="見る").click()
        check(page, "looked")
        expect(page.get_by_text("見本　太郎")).to_be_visible()


@pytest.mark.parametrize("size", SIZES)
class TestBesideTheDesk:
    def test_a_supervisor_approves(self, look, town, size):
        with serving(town):
            operator, supervisor = cast.staff(display_name="電話 一子"), cast.staff("supervisor")
            bring_in(operator, "9990123456", wrong=3)
        page = look(supervisor, "/console/board/", "board-alert", size=size)

        page.get_by_role("link", name="開く").click()
        check(page, "approve")
        page.get_by_label("承認の理由").select_option("called_back")
        page.get_by_role("button", name="承認する").click()
        page.get_by_role("dialog").get_by_role("button", name="はい").click()
        expect(page.get_by_text("本人確認の承認待ち")).to_be_hidden()

    def test_the_ward_answers(self, look, town, size):
        with serving(town):
            operator, officer = cast.staff(display_name="電話 一子"), cast.staff("ward_officer")
            call = calls.start(by=operator, at=timezone.now())
            for number in ("9990999998", "9990999999"):
                ward_requests.ask(
                    call=call, question="not_on_list", voucher_number=number,
                    phone="+819099990009", text="転入したばかり", by=operator, at=timezone.now(),
                )  # fmt: skip
        page = look(officer, "/console/ward-requests/", "ward-requests", size=size)

        page.get_by_label("対応").first.select_option("enrolled")
        page.get_by_role("button", name="対応済みにする").first.click()
        check(page, "ward-requests-answered")
        expect(page.get_by_text("9990999998")).to_be_hidden()

    def test_the_ward_shreds_a_text(self, look, town, size):
        with serving(town):
            operator, officer = cast.staff(display_name="電話 一子"), cast.staff("ward_officer")
            now = timezone.now()
            call = calls.wrap_up(call=calls.start(by=operator, at=now), by=operator, at=now)
            notes.write(
                call=call, reason="other", outcome="answered", text="持病の話があった",
                by=operator, at=now,
            )  # fmt: skip
        page = look(officer, "/console/notes/", "notes", size=size)

        page.get_by_role("button", name="消去する").click()
        with page.expect_navigation():
            page.get_by_role("dialog").get_by_role("button", name="消去する").click()
        check(page, "notes-none")
        expect(page.get_by_text("持病の話があった")).to_be_hidden()


def test_in_english(browser, address, town):
    with serving(town):
        operator = cast.staff(display_name="Denwa Ichiko")
        context = browser.new_context(locale="en", viewport=DESK)
        page = sign_in_browser(context.new_page(), address, operator)
    page.goto(address.url("/console/"))
    check(page, "en-ready")
    page.get_by_role("button", name="Start the call").click()
    check(page, "en-notice")
    page.get_by_label("Purpose was read out").check()
    page.get_by_label("Voucher, reservation or telephone").fill("9990123456")
    page.get_by_label("Name").fill("見本太郎")
    page.get_by_label("Date of birth").fill("1950/4/1")
    page.get_by_role("button", name="Find").click()
    check(page, "en-picker")
    assert page.evaluate(
        "document.body.innerText.match(/[\\u3041-\\u3096]+/g)"
    ) is None, "hiragana on an English page"  # fmt: skip
    context.close()
