"""Containers as the platform makes them, and as nobody should."""

import io
from datetime import date

import pyzipper

from tests.unit.wardside.conftest import AT, CODE
from wardside import layouts, sealing, tables
from wardside.sealing import Cover

PASSWORD = "acdefhjkmnprtwxy3467acdefhjk"
BASE = date(2026, 5, 31)


def csv_of(layout, rows):
    header = [tables.line(layout.headers)] if layout.header else []
    return ("\ufeff" + "".join([*header, *map(tables.line, rows)])).encode()


def packed(path, layout_id, rows, *, code=CODE, counted=None, raw=None, password=PASSWORD):
    """A sealed container of one layout; `counted` lies about the rows."""
    content = csv_of(layouts.load(layout_id.lower()), rows) if raw is None else raw
    made = io.BytesIO()
    sealing.seal(
        cover=Cover(layout_id, 1, code, BASE, dummy=True),
        chunks=[(len(rows) if counted is None else counted, content)],
        to=made,
        password=password,
        at=AT,
    )
    path.write_bytes(made.getvalue())
    return path


def zipped(path, *entries, nbits=256, version=2, password=PASSWORD):
    """A .zip of any entries, whatever was agreed."""
    with pyzipper.AESZipFile(path, "w", compression=pyzipper.ZIP_DEFLATED) as made:
        if password:
            made.setpassword(password.encode())
            made.setencryption(pyzipper.WZ_AES, nbits=nbits, force_wz_aes_version=version)
        for name, content in entries:
            made.writestr(name, content)
    return path


def entries_of(path):
    """Name and content of every entry of a sealed container."""
    with pyzipper.AESZipFile(path) as made:
        made.setpassword(PASSWORD.encode())
        return {name: made.read(name) for name in made.namelist()}
