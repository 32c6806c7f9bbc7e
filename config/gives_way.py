"""python -m config.gives_way N COMMAND…: run it with less right to the processor.

What `cpu_shares` say in docker-compose.yml, for processes beside each other on one machine. Where
the kernel groups processes by session, a group gives way as a whole or not at all.
"""

import math
import os
import sys
from contextlib import suppress
from pathlib import Path

GROUP = Path("/proc/self/autogroup")
FIRST = 8192  # shares of those who give way to nobody
USUAL = 1024  # shares of whoever says nothing
STEP = 1.25  # between one step of nice and the next


def steps_for(shares: int) -> int:
    """The steps of nice that come nearest to these shares."""
    return max(0, min(19, round(math.log(FIRST / shares, STEP))))


def give_way(steps: int) -> None:
    """This process and all it starts, so many steps of `nice`; call it in a session of its own."""
    # Nobody takes back what was given: a process begun with more steps keeps them.
    os.setpriority(os.PRIO_PROCESS, 0, max(steps, os.getpriority(os.PRIO_PROCESS, 0)))
    with suppress(OSError):
        GROUP.write_text(str(steps))


def main() -> None:
    """Give way and become the command."""
    steps, *command = sys.argv[1:]
    give_way(int(steps))
    os.execv(command[0], command)  # noqa: S606 - the whole purpose


if __name__ == "__main__":
    main()
