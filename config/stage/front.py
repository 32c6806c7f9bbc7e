"""nginx of the stage: the shipped files as they are, only ports, paths and upstreams put in."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from config.demo.supervisor import DemoFailed

DEPLOY = Path(__file__).parents[2] / "deploy"
MIME_TYPES = Path("/etc/nginx/mime.types")
UPSTREAM = re.compile(r"server (\w+):8000;")
HTTP2_WORD = (1, 25, 1)  # the first version with `http2 on;`


def program() -> str | None:
    """Where nginx is on this machine, if it is."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")


def version(nginx: str) -> tuple[int, ...]:
    """The version nginx says of itself."""
    said = subprocess.run(  # noqa: S603 the system's own program
        [nginx, "-v"], capture_output=True, text=True, check=True
    ).stderr
    found = re.search(r"nginx/(\d+)\.(\d+)\.(\d+)", said)
    assert found is not None, said
    return tuple(map(int, found.groups()))


def configuration(
    *, port: int, plain_port: int, folder: Path, newest: tuple[int, ...] = HTTP2_WORD
) -> str:
    """The shipped nginx.conf for this machine; loud where it no longer has what is put in."""
    shown = "" if port == 443 else f":{port}"
    changes = {
        "pid /run/nginx.pid;": f"pid {folder}/nginx.pid;",
        "listen 80 default_server;": f"listen 127.0.0.1:{plain_port} default_server;",
        "listen 443 ssl default_server;": f"listen 127.0.0.1:{port} ssl default_server;",
        "https://$host$request_uri": f"https://$host{shown}$request_uri",
        "Host $host;": f"Host $host{shown};",
        "/var/cache/nginx/": f"{folder}/cache/",
    }
    if newest < HTTP2_WORD:
        changes["http2 on;"] = ""
        changes["listen 443 ssl default_server;"] = (
            f"listen 127.0.0.1:{port} ssl http2 default_server;"
        )
    words = (DEPLOY / "nginx.conf").read_text("utf-8")
    for shipped, ours in changes.items():
        if shipped not in words:
            raise DemoFailed(f"deploy/nginx.conf に {shipped} がありません。 / It is not there.")
        words = words.replace(shipped, ours)
    return words


def upstreams(ports: Mapping[str, int]) -> str:
    """The shipped upstreams.conf with each door at its port of this machine."""
    words = (DEPLOY / "upstreams.conf").read_text("utf-8")
    return UPSTREAM.sub(lambda match: f"server 127.0.0.1:{ports[match[1]]};", words)


def write(
    folder: Path,
    *,
    port: int,
    plain_port: int,
    doors: Mapping[str, str],
    certificates: Path,
    newest: tuple[int, ...],
) -> Path:
    """Put nginx's files together in one folder; the path of its nginx.conf."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cache").mkdir(exist_ok=True)
    words = configuration(port=port, plain_port=plain_port, folder=folder, newest=newest)
    (folder / "nginx.conf").write_text(words)
    (folder / "hosts.map").write_text("".join(f"{host} {door};\n" for host, door in doors.items()))
    _link(folder / "certificates", certificates)
    _link(folder / "mime.types", MIME_TYPES)
    return folder / "nginx.conf"


def command(nginx: str, file: Path) -> list[str]:
    """The command line that runs nginx in the foreground with this file."""
    return [nginx, "-p", str(file.parent), "-e", "stderr", "-c", str(file), "-g", "daemon off;"]


def workers(master: int) -> set[int]:
    """The worker processes of nginx that take new requests."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            words = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if parent == master and b"worker process" in words and b"shutting down" not in words:
            found.add(int(entry.name))
    return found


def wait_until_turned(master: int, before: set[int], *, patience: float = 60.0) -> None:
    """Wait until new workers take the requests and none of the former ones takes any."""
    deadline = time.monotonic() + patience
    while True:
        now = workers(master)
        if now and not now & before:
            return
        if time.monotonic() > deadline:
            raise DemoFailed("nginx が切り替わりません。 / nginx does not turn; see its log.")
        time.sleep(0.05)


def wait_until_gone(former: set[int], *, patience: float) -> bool:
    """Wait until the former workers have answered what they took; False when one has not."""
    deadline = time.monotonic() + patience
    while any(_is_nginx(pid) for pid in former):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _is_nginx(pid: int) -> bool:
    try:
        return b"nginx" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def _link(path: Path, to: Path) -> None:
    path.unlink(missing_ok=True)
    path.symlink_to(to)
