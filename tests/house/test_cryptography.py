"""Cryptography stands in listed places and is of listed kinds (ASVS 11; docs/security/README.md)."""

import ast
import re

from tests.house.sources import Source, assert_none, called, python

# Where, and what it does there; the document's table says the same.
PLACES = {
    "privacy/checkpoints.py": "HMAC-SHA-256: the signature of a cut of the access log",
    "privacy/key_file.py": "SHA-256: a short name of a wrapping key",
    "privacy/keys.py": "AES-256-GCM: wraps each municipality's keys",
    "privacy/sealing.py": "AES-256-GCM and HMAC-SHA-256: sealed columns, blind indexes",
    "privacy/backups/_backup_key.py": "the key of the backups, from its own file",
    "privacy/backups/_container.py": "AES-256-GCM: a backup, sealed piece by piece",
    "privacy/chain.py": "SHA-256: the chain of the access log",
    "booking/group_claims.py": "SHA-256: a short mark of the sentence of consent",
    "booking/lottery/drawing.py": "SHA-256: the order of a lot, the proof of its seed",
    "booking/enrolments.py": "SHA-256: has a row of the list changed",
    "booking/sign_in.py": "comparison in constant time",
    "config/stage/certificates.py": "X.509, ECDSA P-256: the stage's own TLS, on one machine",
    "exchange/sealing/child.py": "SHA-256: the proof of a container's content",
    "exchange/sealing/opening.py": "SHA-256: as above",
    "exchange/sealing/writing.py": "SHA-256: as above; the containers are AES-256",
    "frontdoor/line.py": "HMAC-SHA-256: the lot of an opening moment",
    "frontdoor/gatherings.py": "SHA-256: the proof of its seed",
    "exchange/spool.py": "SHA-256: the proof of what was handed in",
    "notifications/channels/sms.py": "SHA-256: a short name of an attempt",
    "tenancy/live.py": "SHA-256: the etag of a picture",
    "venues/availability.py": "SHA-256: as above",
    "tenancy/hashers.py": "argon2id: passwords",
    "tenancy/schemas.py": "SHA-256: the state of the migrations",
}
CRYPTOGRAPHY = {"hashlib", "hmac", "cryptography", "argon2", "nacl", "Crypto", "ssl", "bcrypt"}
WEAK = re.compile(
    r"\b(md5|sha1|MD5|SHA1|DES|TripleDES|ARC4|RC4|Blowfish|ECB|PKCS1v15|Fernet|CBC)\b"
)


def users(sources):
    found = set()
    for one in sources:
        for node in ast.walk(one.tree):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module]
            if any(name.split(".")[0] in CRYPTOGRAPHY for name in names):
                found.add(one.path)
    return found


def weak(source):
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute | ast.Name):
            name = called(node)
            if WEAK.search(name):
                yield f"{source.path}:{node.lineno}: {name}"


class TestCryptography:
    def test_is_used_in_the_listed_files_only(self):
        assert users(python()) <= set(PLACES)

    def test_is_of_the_listed_kinds_only(self):
        assert_none(line for one in python() for line in weak(one))

    def test_each_fault_is_found(self):
        bad = Source("booking/x.py", "import hashlib\nhashlib.md5(b'')\nmodes.ECB()\n")

        assert users([bad]) == {"booking/x.py"}
        assert list(weak(bad)) == ["booking/x.py:2: hashlib.md5", "booking/x.py:3: modes.ECB"]
