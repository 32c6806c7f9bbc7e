"""No text that is kept lets the national number in (T15): every form of the house is walked."""

import importlib
from datetime import date
from types import SimpleNamespace

import pytest
from django import forms

from shared.forbidden_items import refuse_forbidden_text
from tests.house.sources import ROOT

FORMS = (
    "booking.forms",
    "booking.programme_forms",
    "booking.lottery_forms",
    "booking.release_forms",
    "booking.rule_forms",
    "booking.transfer_forms",
    "booking.voucher_forms",
    "booking.waiting_forms",
    "callcentre.change_forms",
    "booking.group_forms",
    "callcentre.together_forms",
    "callcentre.forms",
    "callcentre.watch_forms",
    "exchange.forms",
    "exchange.handover_forms",
    "exchange.medium_forms",
    "exchange.print_log_forms",
    "exchange.print_forms",
    "exchange.station_forms",
    "exchange.submission_forms",
    "frontdoor.forms",
    "notifications.forms",
    "privacy.evidence_forms",
    "privacy.forms",
    "tenancy.forms",
    "venues.forms",
    "venues.place_forms",
    "venues.stock_forms",
)
# What is compared or read and kept nowhere, by form.
NOT_KEPT = {
    "CodeForm": {"code"},
    "DayChoiceForm": {"day"},
    "FindForm": {"number", "name"},
    "IdentityForm": {"name", "voucher", "phone", "reservation", "address"},
    "LinesForm": {"number"},
    "OneTimeCodeForm": {"code"},
    "PasskeyForm": {"answer"},
    "PasswordForm": {"present", "new", "again"},
    "PurposeForm": {"number", "name"},
    "SetUpForm": {"code"},
    "SignInForm": {"login", "password"},
    "SignInToChange": {"reservation"},
    "StepUpForm": {"code"},
    "SubjectForm": {"number"},
    "WatchMarkForm": {"number"},
    "TraceFilter": {"resident_id", "day", "until_day"},
    "Unlock": {"password"},
    "VoucherForm": {"number"},
}
# What a form is made with, where it needs more than nothing.
NEEDS = {
    "TogetherForm": {"most": 2},
    "PeopleForm": {"parties": [], "times": []},
    "WhichDayForm": {"venues": []},
    "AimForm": {"places": []},
    "BeginForm": {"slots": []},
    "BookingContact": {"needed": "phone", "proxy_allowed": True, "notice_version": 1},
    "CapacityForm": {"buckets": []},
    "CodeForm": {"user": None},
    "RowForm": {
        "plan": SimpleNamespace(version=1, day_from=None, day_until=None, announced_at=None)
    },
    "ContactForm": {"needed": "phone"},
    "DayChoiceForm": {"today": None},
    "FindForm": {"notice_needed": True, "proxy_allowed": True},
    "GiveMedium": {"me": SimpleNamespace(pk=None)},
    "IdentityForm": {"right_items": []},
    "NextHandover": {"me": SimpleNamespace(pk=None), "moments": []},
    "NewWords": {"of": SimpleNamespace(carrier="mail")},
    "PasskeyForm": {"user": None, "state": {}, "place": None},
    "PasswordForm": {"staff": None},
    "StepUpForm": {"user": None},
    "SetUpForm": {"secret": ""},
    "AllowanceForm": {"buckets": []},
    "ShiftForm": {"slots": []},
    "TraceFilter": {"staff": None},
    "ApplicationForm": {
        "needed": "phone",
        "notice_version": 1,
        "venues": [],
        "days": (date(2026, 6, 1), date(2026, 6, 2)),
    },
    "Wished": {"venues": [], "today": None},
    "NoticedContact": {"needed": "phone", "notice_version": 1},
    "WaitingForm": {"needed": "phone", "notice_version": 1, "venues": [], "today": None},
    "OperatorsWaitingForm": {"doses": [1], "venues": [], "today": None},
}


def every_form():
    found = [kind for name in FORMS for kind in vars(importlib.import_module(name)).values()]
    kinds = [kind for kind in found if isinstance(kind, type) and issubclass(kind, forms.BaseForm)]
    return [kind for kind in kinds if kind.__module__ in FORMS]


@pytest.mark.parametrize("kind", every_form(), ids=lambda kind: kind.__name__)
def test_every_free_text_is_looked_at(served, kind):
    more = {"staff": _nobody()} if kind.__name__ == "AccessLogFilter" else {}
    form = kind(**NEEDS.get(kind.__name__, more))
    open_to_all = {
        name
        for name, field in form.fields.items()
        if type(field) is forms.CharField and refuse_forbidden_text not in field.validators
    }

    assert open_to_all <= NOT_KEPT.get(kind.__name__, set())


def test_no_file_of_forms_is_forgotten():
    found = {
        str(path.relative_to(ROOT).with_suffix("")).replace("/", ".")
        for path in ROOT.glob("*/*forms.py")
    }

    assert found - {"shared.forms", "privacy.normal_forms"} == set(FORMS)


def _nobody():
    from tenancy.models import Staff

    return Staff.objects.none()
