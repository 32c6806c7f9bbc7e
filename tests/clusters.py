"""Questions to servers that a test started itself."""

import os
from pathlib import Path

import psycopg

from config.embedded import _process


def ask(server, words):
    with psycopg.connect(server.url(), connect_timeout=5) as line:
        return line.execute(words).fetchone()[0]


def served_by(folder):
    """Every process whose command line names the folder."""
    numbers = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [pid for pid in numbers if pid != os.getpid() and _process.runs_with(pid, str(folder))]
