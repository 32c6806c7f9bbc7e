"""Log lines: one event, one line, listed names only (ASVS 16; safety.md 6.8)."""

import io
import json
import logging

import pytest
from celery import shared_task
from django.conf import settings

from config.logging import (
    ALLOWED,
    SERVERS,
    AllowListFormatter,
    JsonLines,
    WhereWeAre,
    logging_of,
)
from privacy.access_log import Circumstances, circumstances

HOSTILE = "見本 太郎\n2026-11-23 WARNING forged line"


def line(message, *args, **extra):
    record = logging.getLogger("waku").makeRecord(
        "waku", logging.WARNING, "x.py", 1, message, args, None, extra=extra
    )
    return AllowListFormatter().format(record)


class TestLogs:
    def test_one_line_one_event(self):
        assert "\n" not in line("not sent", reason=HOSTILE)
        assert "\n" not in line("two\nlines")
        assert "\r" not in line("not sent", code="a\rb")

    def test_carry_listed_names_only(self):
        said = line("not sent to %s", "見本 太郎", resident="見本 太郎", municipality="999997")

        assert "見本" not in said
        assert "municipality=999997" in said

    def test_an_exception_says_where_and_not_what(self):
        try:
            raise ValueError(HOSTILE)  # noqa: TRY301
        except ValueError:
            import sys

            record = logging.getLogger("waku").makeRecord(
                "waku", logging.ERROR, "x.py", 1, "fault", (), sys.exc_info()
            )
        said = AllowListFormatter().format(record)

        assert "exception_type=ValueError" in said
        assert "見本" not in said
        assert "\n" not in said

    def test_the_list_names_no_personal_item(self):
        assert not ALLOWED & {
            "name",
            "phone",
            "voucher",
            "birth",
            "body",
            "address",
            "path",
            "query",
        }


class TestJsonLines:
    """The same promises in the shape that a collector reads."""

    def said(self, message, **extra):
        record = logging.getLogger("waku").makeRecord(
            "waku", logging.WARNING, "x.py", 1, message, (HOSTILE,), None, extra=extra
        )
        return JsonLines().format(record)

    def test_one_line_one_object(self):
        text = self.said("two\nlines", reason=HOSTILE + "\u2028\x85")

        assert text.isascii()
        assert "\n" not in text
        assert json.loads(text)["event"] == "two\nlines"

    def test_carry_listed_names_only(self):
        told = json.loads(self.said("not sent to %s", resident="見本 太郎", status=200))

        assert set(told) == {"time", "level", "logger", "event", "status"}
        assert told["status"] == 200
        assert "見本" not in str(told)

    def test_an_exception_says_where_and_not_what(self):
        try:
            raise ValueError(HOSTILE)  # noqa: TRY301
        except ValueError:
            import sys

            record = logging.getLogger("waku").makeRecord(
                "waku", logging.ERROR, "x.py", 1, "fault", (), sys.exc_info()
            )
        told = json.loads(JsonLines().format(record))

        assert told["exception_type"] == "ValueError"
        assert "test_logs.py" in told["at"]
        assert "見本" not in str(told)


class TestEveryProcess:
    """A formatter that nobody uses keeps no promise."""

    def test_writes_through_the_list(self):
        assert logging_of("words") == settings.LOGGING

    @pytest.mark.parametrize("shape", ["words", "json"])
    def test_no_handler_is_without_it(self, shape):
        told = logging_of(shape)

        assert {one["formatter"] for one in told["handlers"].values()} == {"allowed"}
        assert issubclass(told["formatters"]["allowed"]["()"], AllowListFormatter)
        assert told["root"]["handlers"] == ["console"]

    def test_celery_leaves_it_so(self):
        from config.celery import app

        assert app.conf.worker_hijack_root_logger is False


@pytest.fixture
def lines():
    """What reaches the log, as the collector reads it: through the handler of production."""
    written = io.StringIO()
    told = logging_of("json")
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    handler.addFilter(WhereWeAre())
    assert told["handlers"]["console"]["filters"] == ["where"]
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)


class TestWhereItWasWritten:
    def test_a_line_names_its_municipality_and_request(self, served, lines):
        token = circumstances.set(Circumstances(network="203.0.113.9", request_id="ABCD-EFGH"))
        logging.getLogger("waku.any").warning("something")
        circumstances.reset(token)
        (line,) = lines()

        assert (line["municipality"], line["request_id"]) == (served.code, "ABCD-EFGH")
        assert "203.0.113.9" not in str(line)


@shared_task(name="tests.lines")
def of_lines(*, municipality_code, voucher):
    if voucher == "wrong":
        raise ValueError(HOSTILE)


class TestTaskLines:
    @pytest.fixture(autouse=True)
    def told(self, settings, caplog):
        settings.WAKU_LOG_REQUESTS = True
        caplog.set_level(logging.INFO)

    def test_one_a_task_with_whose_and_how_long(self, served, lines):
        of_lines.apply(kwargs={"municipality_code": served.code, "voucher": "9999999901"})
        (line,) = [one for one in lines() if one["event"] == "task"]

        assert (line["task"], line["municipality"]) == ("tests.lines", served.code)
        assert line["outcome"] == "success"
        assert line["duration_ms"] >= 0
        assert "9999999901" not in str(lines())

    def test_a_failure_says_where_and_not_what(self, served, lines):
        of_lines.apply(kwargs={"municipality_code": served.code, "voucher": "wrong"})
        told = lines()

        assert [one["outcome"] for one in told if one["event"] == "task"] == ["failure"]
        assert any(one.get("exception_type") == "ValueError" for one in told)
        assert "見本" not in json.dumps(told, ensure_ascii=False)
        assert "wrong" not in json.dumps(told)


class TestServers:
    @pytest.mark.parametrize("name", SERVERS)
    def test_speak_through_the_list_too(self, name):
        assert logging_of("json")["loggers"][name] == {
            "handlers": ["console"],
            "level": "INFO",
            "propagate": False,
        }


class TestWordsThatAreWaitedFor:
    """The demo and the drills know by these lines that beat and worker run."""

    @pytest.mark.parametrize("name", ["celery.beat", "celery.apps.worker", "celery.worker"])
    def test_are_not_held_back(self, name):
        for shape in ("words", "json"):
            assert logging_of(shape)["loggers"].get(name, {}).get("level", "INFO") == "INFO"
