"""The health system's ledger as its layout tells it (台帳)."""

from pathlib import Path

from wardside import layouts
from wardside.layouts import Layout


def layout(path: Path | None) -> Layout:
    """The ward's own layout of its ledger, or the one that comes with this command."""
    found = layouts.load(path if path is not None else "ledger")
    return found.require("voucher_number", "name", "born_on", "sex", "address", "status_flag")
