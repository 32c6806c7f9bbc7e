"""Everything that leaves the house with a dump: read as a thief would read it.

Text as it stands, hex as bytes, base64 decoded, compressed things inflated, and what is found in
them again.
"""

import base64
import binascii
import json
import re
import subprocess
import zlib

import redis

from tenancy.template_dump import pg_dump

HEX = re.compile(rb"\\\\?x([0-9a-f]{2,})")
BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{12,}={0,2}")
DEEP = 4


def of_database(superuser_url):
    """The whole database, every schema, as pg_dump writes it."""
    done = subprocess.run(
        [pg_dump(), "--dbname", superuser_url], capture_output=True, check=True, timeout=120
    )
    assert b"COPY m_999997.booking_resident" in done.stdout
    return done.stdout


def of_valkey(url):
    """Every key of every kind with its value."""
    client = redis.Redis.from_url(url)
    found = []
    for key in client.scan_iter(count=1000):
        found.append(key)
        readers = {
            b"string": client.get,
            b"list": lambda name: client.lrange(name, 0, -1),
            b"set": client.smembers,
            b"hash": client.hgetall,
            b"zset": lambda name: client.zrange(name, 0, -1),
            b"stream": client.xrange,
        }
        found.append(repr(readers[client.type(key)](key)).encode())
    client.close()
    return b"\n".join(found)


def layers(content, depth=DEEP):
    """The content and everything wrapped in it."""
    yield content
    if not depth:
        return
    for wrapped in _unwrapped(content):
        yield from layers(wrapped, depth - 1)


def _unwrapped(content):
    for match in HEX.finditer(content):
        text = match.group(1)
        yield bytes.fromhex(text[: len(text) // 2 * 2].decode())
    for match in BASE64.finditer(content):
        for decoded in _decoded(match.group()):
            yield decoded
            try:
                yield zlib.decompress(decoded)
            except zlib.error:
                continue


def _decoded(text):
    bare = text.rstrip(b"=")
    padded = bare + b"=" * (-len(bare) % 4)
    for alphabet in (None, b"-_"):
        try:
            yield base64.b64decode(padded, altchars=alphabet, validate=True)
        except binascii.Error:
            continue


def spellings(canary):
    """Every way a value may be written down."""
    plain = canary.encode()
    return {
        plain,
        canary.encode("cp932", errors="ignore"),
        canary.encode("utf-16-le"),
        json.dumps(canary)[1:-1].encode(),
        plain.hex().encode(),
        base64.b64encode(plain).rstrip(b"="),
    }


def found_in(content, canaries):
    """Which canaries can be read in the content, however they are wrapped."""
    wanted = {name: spellings(value) for name, value in canaries.items()}
    seen = set()
    for layer in layers(content):
        for name, written in wanted.items():
            if name not in seen and any(one in layer for one in written):
                seen.add(name)
    return seen
