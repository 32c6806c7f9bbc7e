"""The few differences for tests, each with its reason."""

import os
import tempfile
from pathlib import Path

# Read before the settings: the test run starts its own servers and fills the addresses in later.
_folder = Path(os.environ.setdefault("WAKU_TEST_FOLDER", tempfile.mkdtemp(prefix="waku-test-")))
# Side by side, each process of a run has a folder of its own.
_folder /= os.environ.get("PYTEST_XDIST_WORKER", "")
_folder.mkdir(exist_ok=True)
_key = _folder / "wrapping.key"
if not _key.exists():
    _key.write_text("k1:" + "QUFB" * 10 + "QUE=\n", encoding="ascii")  # a dummy key of 32 bytes
for _name, _value in {
    "WAKU_SECRET_KEY": "only-for-tests-" + "x" * 40,
    "WAKU_KEY_FILE": str(_key),
    "WAKU_SPOOL": str(_folder / "spool"),
    "WAKU_DATABASE_URL": "postgresql://waku_app:app@127.0.0.1:1/waku",
    "WAKU_OWNER_DATABASE_URL": "postgresql://waku_owner:owner@127.0.0.1:1/waku",
    # A second cluster for a municipality of its own, started when a test first asks for it.
    "WAKU_MORE_DATABASES": "apart",
    "WAKU_DATABASE_URL_APART": "postgresql://apart_app:apart-app@127.0.0.1:1/apart",
    "WAKU_OWNER_DATABASE_URL_APART": "postgresql://apart_owner:apart-owner@127.0.0.1:1/apart",
    "WAKU_VALKEY_URL": "redis://127.0.0.1:1/0",
    "WAKU_LOOPBACK": "1",
}.items():
    os.environ.setdefault(_name, _value)

from config.settings import *  # noqa: E402, F403 - the environment must be ready first

DEBUG_PROPAGATE_EXCEPTIONS = False
# The real hasher costs 0.1 s and 46 MiB each time; its own test names it.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", "tenancy.hashers.Argon2"]
WAKU_DIRECTORY_SECONDS = 1
WAKU_POOL_SIZE = 8
WHITENOISE_AUTOREFRESH = True  # static files as they lie in the apps; nothing is collected
WAKU_DOOR_TUNES_ITSELF = False  # a crowded machine makes no test wait at the door
