"""Addresses of static files, each worked out once: a page names some twenty of them."""

from functools import cache
from typing import Any

from django.contrib.staticfiles.storage import StaticFilesStorage


class KeptAddresses(StaticFilesStorage):
    """The plain storage; files do not move while a process runs."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.url = cache(super().url)  # type: ignore[method-assign]
