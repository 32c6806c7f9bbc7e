"""The drill's own log, outside every database: what was asked, what was answered, what was killed.

One JSON line each, appended with one write, never changed. A try begins with `invoke` and ends with
`ok` (acknowledged), `fail` (refused, so it must not be there) or `info` (nobody knows: a cut, a 500).
"""

import itertools
import json
import os
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

OK: Final = "ok"
FAIL: Final = "fail"
INFO: Final = "info"


class Log:
    """Appends lines; safe from every thread."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._numbers = itertools.count(1)
        self.counts: Counter[str] = Counter()

    def invoke(self, key: str) -> int:
        """A try begins; its number is ours."""
        number = next(self._numbers)
        self._write(what="invoke", try_=number, key=key)
        return number

    def end(self, number: int, key: str, how: str, word: str) -> None:
        """A try ended."""
        self._write(what=how, try_=number, key=key, word=word)

    def killed(self, name: str, pid: int, *, has_landed: bool) -> None:
        """Something was killed, and whether it was alive and at work."""
        self._write(what="killed" if has_landed else "missed", name=name, pid=pid)

    def note(self, words: str) -> None:
        """Anything else worth knowing afterwards."""
        self._write(what="note", words=words)

    def close(self) -> None:
        """No more lines."""
        os.close(self._file)

    def _write(self, **facts: Any) -> None:
        self.counts[str(facts["what"])] += 1
        line = json.dumps({"at": time.time(), **facts}, ensure_ascii=False)
        os.write(self._file, line.encode() + b"\n")


@dataclass
class Told:
    """What the log says of one key: every answer that any try with it got."""

    answers: list[str] = field(default_factory=list)

    @property
    def is_acknowledged(self) -> bool:
        """Whether anybody was told that it is there."""
        return OK in self.answers

    @property
    def is_refused(self) -> bool:
        """Whether everybody was told clearly that it is not."""
        return bool(self.answers) and set(self.answers) == {FAIL}


def read(path: Path) -> dict[str, Told]:
    """Every key with its answers; a try that never ended is `info`."""
    open_tries: dict[int, str] = {}
    found: dict[str, Told] = {}
    for line in path.read_text("utf-8").splitlines():
        said = json.loads(line)
        if said["what"] == "invoke":
            open_tries[said["try_"]] = said["key"]
            found.setdefault(said["key"], Told())
        elif said["what"] in {OK, FAIL, INFO}:
            del open_tries[said["try_"]]
            found[said["key"]].answers.append(said["what"])
    for key in open_tries.values():
        found[key].answers.append(INFO)
    return found
