"""How `bin/stage restart` speaks to the stage that runs: one line to a socket, lines back."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

PATIENCE = 600.0


class Control:
    """The running side: waits for a line for a moment at a time."""

    def __init__(self, path: Path) -> None:
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        path.chmod(0o600)
        self.listener.listen(4)
        self.listener.settimeout(0.5)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.listener.close()

    def serve_once(self, do: Callable[[str], Iterator[str]]) -> None:
        """Wait half a second for somebody; do what they ask and tell them each step."""
        try:
            line, _ = self.listener.accept()
        except TimeoutError:
            return
        with line, line.makefile("rw") as words:
            line.settimeout(10)
            try:
                for step in do(words.readline().strip()):
                    words.write(f"{step}\n")
                    words.flush()
            except (OSError, ValueError):
                return  # whoever asked has gone; what was begun is done


def ask(path: str, words: str) -> Iterator[str]:
    """The asking side: the lines that come back, until the other side has done it."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(PATIENCE)
        line.connect(path)
        with line.makefile("rw") as file:
            file.write(f"{words}\n")
            file.flush()
            for said in file:
                yield said.rstrip("\n")
