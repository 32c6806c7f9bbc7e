"""A new colleague comes to work; another keeps the accounts; two officers move the stage."""

import re

import pytest
from django.utils import timezone

from privacy import second_factor
from tenancy.current import serving
from tests import cast
from tests.serving import DESKTOP, PHONE, look, sign_in_browser

pytestmark = pytest.mark.browser
PASSWORD = "kasumi-tanagokoro-2026"


def press(page, words):
    page.get_by_role("button", name=words, exact=True).click()


def secret_on(page):
    return page.locator(".secret").inner_text().replace(" ", "")


def account_made(page, address):
    """The keeper makes the account and reads the one-time password out."""
    page.goto(address.url("/"))
    look(page, "home-keeper")
    page.get_by_role("link", name="職員", exact=True).first.click()
    look(page, "accounts")
    page.get_by_role("link", name="アカウントを作る").click()
    look(page, "account-new")
    press(page, "作る")
    look(page, "account-new-errors")
    page.get_by_label("ログイン名").fill("yamada.t")
    page.get_by_label("表示名").fill("見本 花子")
    page.get_by_label("所属").fill("見本市コールセンター")
    page.get_by_label("役割").select_option("operator")
    page.get_by_label("研修の有効期限").fill("2999/3/31")
    press(page, "作る")
    look(page, "one-time-password")
    return page.locator(".secret").inner_text()


def password_given(page, password):
    page.get_by_label("ログイン名").fill("yamada.t")
    page.get_by_label("パスワード").fill(password)
    press(page, "次へ")


def password_chosen(page, one_time):
    assert page.url.endswith("/account/password/")
    look(page, "password-forced")
    page.get_by_label("現在のパスワード").fill(one_time)
    page.get_by_label("新しいパスワード", exact=False).nth(0).fill(PASSWORD)
    page.get_by_label("新しいパスワード（もう一度）").fill(PASSWORD)
    press(page, "変更する")


def app_set_up(page):
    """The app is set up; one of the recovery codes."""
    assert page.url.endswith("/account/second-factor/")
    look(page, "second-factor")
    code = second_factor.code_at(secret_on(page), timezone.now())
    page.get_by_label("アプリに表示された6桁の数字").fill(code)
    press(page, "登録する")
    assert page.url.endswith("/pledge/?next=%2Faccount%2Frecovery-codes%2F")
    look(page, "pledge")
    press(page, "同意して始める")
    look(page, "pledge-errors")
    page.get_by_label("誓約を読み、守ることを誓います").check()
    page.get_by_label("取扱いの注意を読み、理解しました").check()
    press(page, "同意して始める")
    assert page.url.endswith("/account/recovery-codes/")
    assert page.locator(".codes li").count() == 10
    look(page, "recovery-codes")
    return re.sub(r"\D", "", page.locator(".codes li").first.inner_text())


class TestANewColleague:
    def test_signs_in_chooses_a_password_and_sets_up_the_app(self, address, page, mihon):
        with serving(mihon):
            sign_in_browser(page, address, cast.staff("contractor"))
        one_time = account_made(page, address)
        page.context.clear_cookies()
        page.goto(address.url("/"))
        look(page, "sign-in")

        password_given(page, "wrong-password-wrong")
        look(page, "sign-in-errors")
        password_given(page, one_time)
        password_chosen(page, one_time)
        recovery_code = app_set_up(page)
        press(page, "控えました")
        assert "見本 花子" in page.locator("h1").inner_text()
        look(page, "home-operator")

        # Signed out and in again, by a recovery code this time.
        press(page, "ログアウト")
        password_given(page, PASSWORD)
        look(page, "code")
        page.get_by_label("認証コード").fill("000000")
        press(page, "ログインする")
        look(page, "code-errors")
        page.get_by_label("認証コード").fill(recovery_code)
        press(page, "ログインする")
        assert "見本 花子" in page.locator("h1").inner_text()
        page.goto(address.url("/account/recovery-codes/"))
        look(page, "recovery-codes-left")

    def test_after_signing_out_the_back_button_shows_nothing(self, address, page, mihon):
        with serving(mihon):
            sign_in_browser(page, address, cast.staff("operator", display_name="見本 花子"))
        page.goto(address.url("/"))
        page.goto(address.url("/permissions/"))
        press(page, "ログアウト")
        # Clearing the site replaces the page once more before the history can be asked.
        page.get_by_label("パスワード").wait_for()
        page.wait_for_load_state("networkidle")

        page.go_back()

        assert "見本 花子" not in page.content()


class TestInEnglish:
    def test_the_same_pages_speak_english(self, address, page, mihon):
        with serving(mihon):
            sign_in_browser(page, address, cast.staff("contractor"))
        page.goto(address.url("/"))
        page.get_by_role("button", name="English").click()

        for path, heading in (
            ("/staff/", "Staff accounts"),
            ("/permissions/", "Roles and permissions"),
            ("/account/password/", "Change of password"),
        ):
            page.goto(address.url(path))
            assert page.locator("h1").inner_text() == heading
            look(page, f"en{path.replace('/', '-')}")

    def test_a_wide_screen_shows_the_whole_menu(self, address, page, mihon):
        with serving(mihon):
            sign_in_browser(page, address, cast.staff("ward_officer"))
        page.goto(address.url("/"))
        page.get_by_role("button", name="English").click()
        page.wait_for_function("document.documentElement.lang === 'en'")
        page.wait_for_load_state()
        look(page, "en-menu")

        page.set_viewport_size(DESKTOP)
        for link in page.locator(".staff-nav a").all():
            box = link.bounding_box()
            assert box["x"] + box["width"] <= DESKTOP["width"], link.inner_text()


class TestOnATelephone:
    def test_the_birth_date_stands_on_one_line(self, address, page, mihon):
        page.set_viewport_size(PHONE)
        page.goto(address.url("/sign-in/", kind="resident"))
        page.get_by_role("button", name="English").click()

        tops = {one.bounding_box()["y"] for one in page.locator(".era-date__part").all()}
        assert len(tops) == 1


class TestKeepingAccounts:
    def test_a_lost_telephone_takes_two(self, address, page, mihon):
        with serving(mihon):
            operator = cast.staff("operator", display_name="見本 花子")
            first = cast.staff("contractor", display_name="委託先管理者 試験 四")
            second = cast.staff("contractor", display_name="委託先管理者 試験 五")
            sign_in_browser(page, address, first)

        page.goto(address.url(f"/staff/{operator.pk}/"))
        look(page, "account")
        card = page.locator("section", has_text="認証アプリの再設定を依頼する")
        card.get_by_label("理由").fill("端末の紛失")
        card.get_by_role("button", name="依頼する").click()
        look(page, "account-asked")
        page.goto(address.url("/staff/"))
        assert page.get_by_role("button", name="承認する").count() == 0
        page.context.clear_cookies()
        with serving(mihon):
            sign_in_browser(page, address, second)
        page.goto(address.url("/staff/"))
        look(page, "accounts-to-answer")
        press(page, "承認する")
        page.get_by_role("dialog").get_by_role("button", name="承認する").click()
        page.get_by_text("認証アプリの登録を取り消しました。").wait_for()


class TestSettingsAndStage:
    def test_two_officers_move_the_municipality_on(self, address, page, mihon):
        with serving(mihon):
            first = cast.staff("ward_officer", display_name="区職員 見本 一")
            second = cast.staff("ward_officer", display_name="区職員 見本 二")
            cast.resident()
            sign_in_browser(page, address, first)

        page.goto(address.url("/settings/"))
        page.locator("[name=purpose_notice]").fill("予約の受付と連絡のためだけに使います。")
        page.get_by_label("変更の理由").fill("初期設定")
        press(page, "変更する")
        look(page, "settings")
        page.goto(address.url("/permissions/"))
        look(page, "permissions")
        page.goto(address.url("/stage/"))
        page.get_by_label("理由").fill("リハーサルの開始")
        press(page, "申請する")
        look(page, "stage-asked")
        page.context.clear_cookies()
        with serving(mihon):
            sign_in_browser(page, address, second)
        page.goto(address.url("/stage/"))
        press(page, "承認して進める")
        page.get_by_role("dialog").get_by_role("button", name="承認して進める").click()
        page.get_by_text("段階を進めました。").wait_for()
        look(page, "stage-moved")
        page.goto(address.url("/access-log/"))
        look(page, "access-log")
        page.goto(address.url("/nowhere/"))
        look(page, "not-found")
        with serving(mihon):
            from tenancy.standings import standing

            assert standing().stage == "trial"
            assert standing().purpose_notice_version == 2
