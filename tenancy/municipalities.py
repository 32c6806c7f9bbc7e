"""Questions about municipalities; each process keeps the answers until the directory changes."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from django.conf import settings
from django.db import Error

from tenancy.directory.models import Edition, Host, Municipality

log = logging.getLogger(__name__)


class UnknownMunicipality(LookupError):
    """No municipality has this code or answers at this host."""


class MunicipalityStopped(UnknownMunicipality):
    """Its data moves or is restored: nobody is served until that is done."""

    def __init__(self, municipality: Municipality, kind: str = "") -> None:
        super().__init__(municipality.code)
        self.municipality = municipality
        self.kind = kind


@dataclass
class _Known:
    edition: int | None = None
    look_at: float = 0.0


MOST_KEPT = 10_000
_lock, _looking = Lock(), Lock()
_kept: dict[str, object] = {}
_known = _Known()


def find(*, code: str) -> Municipality:
    """The municipality with this code, or UnknownMunicipality; MunicipalityStopped on its way."""
    found = _keep(f"code:{code}", lambda: Municipality.objects.filter(code=code).first())
    if not isinstance(found, Municipality):
        raise UnknownMunicipality(code)
    if found.stopped_at:
        raise MunicipalityStopped(found)
    return found


def find_by_host(host: str) -> tuple[Municipality, str]:
    """The open municipality that answers at exactly this host, and the host's kind."""
    name = host.lower()

    def look() -> Host | None:
        return Host.objects.select_related("municipality").filter(host=name).first()

    found = _keep(f"host:{name}", look)
    if not isinstance(found, Host) or not found.municipality.is_open:
        raise UnknownMunicipality(name)
    if found.municipality.stopped_at:
        raise MunicipalityStopped(found.municipality, found.kind)
    return found.municipality, found.kind


def kept_host(host: str) -> Host | None:
    """What this process already knows of a host; it asks nobody."""
    found = _kept.get(f"host:{host}")
    return found if isinstance(found, Host) else None


def all_open() -> list[Municipality]:
    """Every open municipality in order of its code; not one that is on its way elsewhere."""
    rows = Municipality.objects.filter(is_open=True, stopped_at=None).order_by("code")
    found = _keep("open", lambda: list(rows.all()))
    assert isinstance(found, list)
    return found


def registered(*, code: str | None = None) -> list[Municipality]:
    """Every municipality or only one, open or not, with its hosts; asked anew each time."""
    rows = Municipality.objects.prefetch_related("hosts").order_by("code")
    return list(rows.filter(code=code) if code else rows)


def host_of(municipality: Municipality, kind: str) -> str:
    """The canonical host of one kind, as links in messages use it."""

    def look() -> str | None:
        hosts = Host.objects.filter(municipality_id=municipality.code, kind=kind)
        return hosts.values_list("host", flat=True).first()

    found = _keep(f"hostof:{municipality.code}:{kind}", look)
    if not isinstance(found, str):
        raise UnknownMunicipality(kind)
    return found


def base_url(municipality: Municipality, kind: str = Host.Kind.RESIDENT) -> str:
    """The canonical address of one of its hosts, never taken from a request."""
    scheme = "http" if settings.WAKU_LOOPBACK else "https"
    port = f":{settings.WAKU_PORT_SHOWN}" if settings.WAKU_PORT_SHOWN else ""
    return f"{scheme}://{host_of(municipality, kind)}{port}"


def forget_kept() -> None:
    """Drop what this process keeps: after a municipality was created or closed."""
    with _lock:
        _kept.clear()
        _known.edition, _known.look_at = None, 0.0


def _keep(key: str, look: Callable[[], object]) -> object:
    """What was found before, as long as the directory has not changed since."""
    edition = _edition()
    with _lock:
        if key in _kept:
            return _kept[key]
    found = look()
    with _lock:
        if edition == _known.edition:  # else it may have been read before the change
            if len(_kept) > MOST_KEPT:  # unknown hosts must not fill the memory
                _kept.clear()
            _kept[key] = found
    return found


def _edition() -> int | None:
    """The directory's edition, looked at every few seconds by one thread while the others go on.

    Where the directory does not answer, what is kept stays good: a municipality with a database of
    its own need not stand still with the first cluster.
    """
    if time.monotonic() < _known.look_at or not _looking.acquire(blocking=_known.edition is None):
        return _known.edition
    try:
        if time.monotonic() < _known.look_at:
            return _known.edition
        number = Edition.objects.values_list("number", flat=True).first()
    except Error:
        if _known.edition is None:
            raise
        log.exception("the directory was not read")
        number = _known.edition
    finally:
        _looking.release()
    with _lock:
        if number != _known.edition:
            _kept.clear()
        _known.edition = number
        _known.look_at = time.monotonic() + settings.WAKU_DIRECTORY_SECONDS
    return number
