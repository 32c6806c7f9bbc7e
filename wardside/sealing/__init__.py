"""Containers (暗号化・復号): AES-256 .zip with one CSV and its cover sheet, as both sides agreed."""

from wardside.sealing.manifest import Manifest
from wardside.sealing.opening import Opened, opened
from wardside.sealing.passwords import grouped, make_password
from wardside.sealing.writing import Cover, Sealed, seal

__all__ = [
    "Cover",
    "Manifest",
    "Opened",
    "Sealed",
    "grouped",
    "make_password",
    "opened",
    "seal",
]
