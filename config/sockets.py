"""The websockets of the house."""

from typing import Any

SOCKETS: list[Any] = []
