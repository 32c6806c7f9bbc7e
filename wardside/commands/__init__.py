"""The commands (コマンド), one file each: words in, one piece of work, words out."""

from types import ModuleType
from typing import Final

from wardside.commands import (
    check,
    handover_form,
    join_number,
    merge_results,
    open_container,
    targets,
    voucher_check,
    vrs_registration,
    vrs_results,
)

COMMANDS: Final[tuple[ModuleType, ...]] = (
    targets,
    merge_results,
    voucher_check,
    join_number,
    vrs_registration,
    vrs_results,
    check,
    open_container,
    handover_form,
)
