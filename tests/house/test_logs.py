"""Log lines: one event, one line, listed names only (ASVS 16; safety.md 6.8)."""

import logging

from config.logging import ALLOWED, AllowListFormatter

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
