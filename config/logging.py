"""The shape of a log line; only names on the allow-list are written (safety.md 6.8)."""

import logging

ALLOWED = frozenset(
    {
        "municipality", "request_id", "route", "method", "status", "duration_ms", "task",
        "attempt", "outcome", "kind", "channel", "count", "reason", "code", "seconds", "topic",
        "seq",
    }
)  # fmt: skip


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


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"allowed": {"()": AllowListFormatter}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "allowed"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "twilio": {"level": "ERROR"},
    },
}
