"""Become a server: leave root behind, die with the parent, exec.

Run as its own program (`python -I -S _exec.py HOW PARENT SIGNAL COMMAND…`), so it imports nothing
of ours. PostgreSQL refuses to run as root: `namespace` maps root to another name inside a user
namespace, so that nothing on the machine is created or changed; `nobody` is for containers that
refuse namespaces.
"""

import ctypes
import os
import pwd
import sys
from pathlib import Path

PR_SET_PDEATHSIG, PR_SET_KEEPCAPS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 1, 8, 47, 2
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1, 2
CAPABILITY_VERSION_3 = 0x20080522


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def someone_else() -> pwd.struct_passwd:
    """Some account of this machine that is not root."""
    try:
        return pwd.getpwnam("nobody")
    except KeyError:
        return next(entry for entry in pwd.getpwall() if entry.pw_uid != 0)


def enter_namespace() -> None:
    """Root here is somebody else inside; outside nothing changes."""
    uid = someone_else().pw_uid
    os.unshare(os.CLONE_NEWUSER)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} 0 1")
    Path("/proc/self/gid_map").write_text(f"{uid} 0 1")


def become_nobody() -> None:
    """Give up root, keeping at most the right to pass through closed parent folders."""
    account, libc = someone_else(), _libc()
    libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setresgid(account.pw_gid, account.pw_gid, account.pw_gid)
    os.setresuid(account.pw_uid, account.pw_uid, account.pw_uid)
    for capability in (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE):
        kept = 1 << capability
        header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
        wanted = (ctypes.c_uint32 * 6)(kept, kept, kept, 0, 0, 0)
        if libc.capset(header, wanted) == 0:
            libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0)
            return


def die_with(parent: int, signal_number: int) -> None:
    """Ask the kernel for this signal when the parent ends, even by kill -9."""
    if not parent or not sys.platform.startswith("linux"):
        return
    _libc().prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("the parent has already gone")


ENTRANCES = {"plain": lambda: None, "namespace": enter_namespace, "nobody": become_nobody}


def main() -> None:
    """Exec the command line under the chosen identity."""
    how, parent, signal_number, *command = sys.argv[1:]
    ENTRANCES[how]()
    die_with(int(parent), int(signal_number))
    if command:
        os.execv(command[0], command)  # noqa: S606 the whole purpose


if __name__ == "__main__":
    main()
