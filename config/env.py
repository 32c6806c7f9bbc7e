"""Typed reading of environment variables; a missing value is a loud stop."""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str | None = None) -> str:
    """The variable's value, its default, or a loud stop."""
    value = os.environ.get(name, default)
    if value is None:
        message = f"The environment variable {name} must be set (環境変数 {name} が必要です)."
        raise ImproperlyConfigured(message)
    return value


def flag(name: str, *, default: bool = False) -> bool:
    """Whether the variable says yes (1, true, yes)."""
    return text(name, "1" if default else "0").lower() in {"1", "true", "yes"}


def number(name: str, default: int) -> int:
    """The variable as a whole number."""
    value = text(name, str(default))
    if not value.lstrip("-").isdigit():
        message = f"{name} must be a whole number, not {value!r}."
        raise ImproperlyConfigured(message)
    return int(value)


def words(name: str, default: str) -> list[str]:
    """The variable as a list parted by commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def secret(name: str, default: str | None = None) -> str:
    """A secret from the file named by NAME_FILE, else from NAME; a default only if empty is one."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as problem:
            message = f"{name}_FILE cannot be read: {problem.strerror} ({path})."
            raise ImproperlyConfigured(message) from problem
    return text(name, default)


def database(name: str) -> dict[str, object]:
    """A postgresql:// address as Django's NAME, USER, PASSWORD, HOST and PORT."""
    url = urlsplit(text(name))
    if url.scheme not in {"postgresql", "postgres"}:
        message = f"{name} must begin with postgresql://."
        raise ImproperlyConfigured(message)
    return {
        "NAME": url.path.lstrip("/"),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": url.hostname or "",
        "PORT": str(url.port or 5432),
    }
