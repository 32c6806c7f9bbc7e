"""The shape of a log line; only names on the allow-list are written (safety.md 6.8)."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

from django.apps import apps

ALLOWED = frozenset(
    {
        "municipality", "request_id", "route", "method", "status", "duration_ms", "task",
        "attempt", "outcome", "kind", "channel", "count", "reason", "code", "seconds", "topic",
        "seq", "door",
    }
)  # fmt: skip


SERVERS = ("uvicorn", "uvicorn.error", "_granian")
SILENT = ("uvicorn.access", "granian.access", "celery.worker.strategy")


class AllowListFormatter(logging.Formatter):
    """Writes the event and its allowed attributes; values of others never reach the log."""

    def format(self, record: logging.LogRecord) -> str:
        """One line: time, level, logger, event, then name=value for allowed names only."""
        parts = [self.formatTime(record), record.levelname, record.name, _event(record)]
        told = sorted(ALLOWED & record.__dict__.keys())
        parts += [f"{name}={record.__dict__[name]}" for name in told]
        if record.exc_info and record.exc_info[0]:
            parts.append(f"exception_type={record.exc_info[0].__name__}")
            parts.append(_trace(record))
        return " ".join(parts).translate(ONE_LINE)


class JsonLines(AllowListFormatter):
    """The same promises, one JSON object a line: what a collector of logs reads."""

    def format(self, record: logging.LogRecord) -> str:
        """Time, level, logger, event, then the allowed names; of an exception its type and place."""
        told: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": _event(record),
        }
        for name in sorted(ALLOWED & record.__dict__.keys()):
            value = record.__dict__[name]
            told[name] = value if isinstance(value, int | float) else str(value)
        if record.exc_info and record.exc_info[0]:
            told["exception_type"] = record.exc_info[0].__name__
            told["at"] = _trace(record).removeprefix("at=")
        return json.dumps(told)  # ASCII: nothing in it can end a line


class WhereWeAre(logging.Filter):
    """Says of every line in which request it was written, and for which municipality."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Add what the line does not say itself; no line is held back."""
        if apps.ready:
            from privacy.access_log import circumstances
            from tenancy.current import current_or_none

            served, request_id = current_or_none(), circumstances.get().request_id
            if served is not None and not hasattr(record, "municipality"):
                record.municipality = served.code
            if request_id and not hasattr(record, "request_id"):
                record.request_id = request_id
        return True


# A value may not begin a line of its own: what could is written as its number.
ONE_LINE = {
    number: f"\\x{number:02x}" for number in (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)
}


def _event(record: logging.LogRecord) -> str:
    # The message's own words are ours; its arguments may be a person's and are left out.
    return str(record.msg)


def _trace(record: logging.LogRecord) -> str:
    """Where it happened, file and line only: the words of an exception may hold values."""
    assert record.exc_info is not None
    frames = []
    step = record.exc_info[2]
    while step is not None:
        code = step.tb_frame.f_code
        frames.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{step.tb_lineno}:{code.co_name}")
        step = step.tb_next
    return "at=" + ">".join(frames[-8:])


def logging_of(shape: str) -> dict[str, Any]:
    """Django's LOGGING: everything any library says goes through the list, in words or as JSON."""
    formatter = JsonLines if shape == "json" else AllowListFormatter
    through_us = {"handlers": ["console"], "level": "INFO", "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"allowed": {"()": formatter}},
        "filters": {"where": {"()": WhereWeAre}},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "allowed",
                "filters": ["where"],
            }
        },
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": {
            "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
            "django.server": {"handlers": ["console"], "level": "WARNING", "propagate": False},
            "twilio": {"level": "ERROR"},
            # Each request and each task has its own line of ours: config.counting, config.task_lines.
            "django.request": {"level": "ERROR"},
            "celery.app.trace": {"level": "WARNING"},
            **{name: {"handlers": [], "level": "CRITICAL", "propagate": False} for name in SILENT},
            # The servers bring handlers that write an exception's words; ours write where it was.
            **dict.fromkeys(SERVERS, through_us),
        },
    }
