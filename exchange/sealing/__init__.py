"""Sealing (暗号化・復号): the containers in which personal data enters and leaves this house.

`look_at` says what can be known without the password. `open_container` verifies the whole
container in a child process with limits and only then hands out its one CSV. `seal` writes ours.
"""

from exchange.sealing.looking import Kind, Look, look_at
from exchange.sealing.manifest import Manifest, Mark, plain_line
from exchange.sealing.opening import Limits, Opened, open_container
from exchange.sealing.passwords import grouped, make_password
from exchange.sealing.refusals import Refused
from exchange.sealing.writing import Cover, Sealed, seal, seal_like_a_clerk

__all__ = [
    "Cover",
    "Kind",
    "Limits",
    "Look",
    "Manifest",
    "Mark",
    "Opened",
    "Refused",
    "Sealed",
    "grouped",
    "look_at",
    "make_password",
    "open_container",
    "plain_line",
    "seal",
    "seal_like_a_clerk",
]
