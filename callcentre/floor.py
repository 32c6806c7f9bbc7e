"""News of the floor: a call or an operator's state changed, places did not."""

from functools import partial
from typing import Final

from tenancy import live
from tenancy.current import on_commit

BOARD: Final = "board"


def changed() -> None:
    """After the caller's commit the board is announced anew, without the costly places."""
    on_commit(partial(live.stir, of=BOARD))
