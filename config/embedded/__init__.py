"""PostgreSQL and Valkey from wheels, on loopback, without root and without Docker.

`postgres(...)` and `valkey(...)` give a server of our own, or, when WAKU_OTHER_POSTGRES_URL or
WAKU_OTHER_VALKEY_URL is set, that other server behind the same few words.
"""

from ._elsewhere import OtherPostgres, OtherValkey, postgres, valkey
from ._postgres import SUPERUSER, PostgresServer
from ._process import bound_to_us, free_port, must_be_free, private_file
from ._refusals import (
    AlreadyRunning,
    DiskFull,
    FolderNotOurs,
    NoRights,
    NoServerFound,
    PortTaken,
    ServerFailed,
    ServerRefusal,
    WrongVersion,
)
from ._temporary import TEMPORARY, TemporaryServers, temporary_servers
from ._valkey import ValkeyServer

__all__ = [
    "SUPERUSER",
    "TEMPORARY",
    "AlreadyRunning",
    "DiskFull",
    "FolderNotOurs",
    "NoRights",
    "NoServerFound",
    "OtherPostgres",
    "OtherValkey",
    "PortTaken",
    "PostgresServer",
    "ServerFailed",
    "ServerRefusal",
    "TemporaryServers",
    "ValkeyServer",
    "WrongVersion",
    "bound_to_us",
    "free_port",
    "must_be_free",
    "postgres",
    "private_file",
    "temporary_servers",
    "valkey",
]
