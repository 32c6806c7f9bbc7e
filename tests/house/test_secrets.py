"""Passwords, codes and keys of sessions (ASVS 6, 7; safety.md 6.2)."""

import math
import re
from datetime import timedelta

import pytest
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.urls import reverse

from booking import one_time_codes
from exchange.sealing import passwords as containers
from privacy.forms import PasswordForm
from tests import cast
from tests.serving import desk

PRESENT = "the present one of the test"
LONG = "ことばを四つ つないだ長い合言葉 correct horse battery"


def form(staff, **given):
    staff.set_password(PRESENT)
    given = {"present": PRESENT, "new": LONG, "again": LONG} | given
    return PasswordForm(given, staff=staff)


class TestPasswords:
    def test_changing_asks_for_the_present_one(self, served):
        staff = cast.staff("operator")

        assert form(staff).is_valid()
        assert "present" in form(staff, present="wrong").errors
        assert "present" in form(staff, present="").errors

    @pytest.mark.parametrize(
        "text", [LONG, "x" * 7 + "y" * 8, "  spaces count at the ends  ", "ＡＢＣ全角の合言葉もそのまま通す", "q" * 63 + "Z!"],
    )  # fmt: skip
    def test_are_taken_as_typed_of_any_characters(self, served, text):
        staff = cast.staff("operator")
        if text == "x" * 7 + "y" * 8:
            password_validation.validate_password(text, staff)
        changed = form(staff, new=text, again=text)
        assert changed.is_valid(), changed.errors
        staff.set_password(changed.cleaned_data["new"])

        assert staff.check_password(text)
        assert not staff.check_password(text.strip() + " ")
        assert not staff.check_password(text.swapcase() + "x")

    def test_fields_hide_and_permit_pasting(self, served):
        pages = [desk(None).get("/sign-in/").text]
        pages.append(desk(cast.staff("operator")).get(reverse("account_change_password", urlconf="config.urls_staff")).text)  # fmt: skip

        for page in pages:
            for tag in re.findall(r"<input[^>]*password[^>]*>", page):
                if 'type="hidden"' not in tag:
                    assert 'type="password"' in tag
                    assert re.search(r'autocomplete="(current|new)-password"', tag)
                    assert "onpaste" not in tag
                    assert all(int(one) >= 64 for one in re.findall(r'maxlength="(\d+)"', tag))

    @pytest.mark.parametrize(
        "text", ["waku-yoyaku-vaccine-2026", "MihonCity-password-2021", "Operator1-Vaccination!", "見本市ワクチン接種予約2026の枠"],
    )  # fmt: skip
    def test_words_of_the_house_are_refused(self, served, text):
        staff = cast.staff("operator")

        with pytest.raises(ValidationError) as refused:
            password_validation.validate_password(text, staff)
        assert "house_words" in {one.code for one in refused.value.error_list}

    def test_such_a_word_among_others_is_no_harm(self, served):
        password_validation.validate_password(
            "waku no naka no kaeru ga utau", cast.staff("operator")
        )


class TestCodes:
    def test_are_long_enough_and_short_lived(self):
        assert timedelta(minutes=10) >= one_time_codes.LIFE
        assert one_time_codes.MOST_TRIES <= 5
        assert containers.LENGTH * math.log2(len(set(containers.ALPHABET))) >= 112

    def test_session_keys_are_long_and_random(self, served):
        from importlib import import_module

        from django.conf import settings

        store = import_module(settings.SESSION_ENGINE).SessionStore
        keys = {store()._get_new_session_key() for _ in range(200)}

        assert len(keys) == 200
        assert all(re.fullmatch(r"[0-9a-z]{32}", key) for key in keys)  # 36^32: 165 bits
