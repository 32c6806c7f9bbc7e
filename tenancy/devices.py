"""Rules: on what and from where somebody signs in, in as few words as tell them apart (端末)."""

import ipaddress
from typing import Final

# The first that is found names it: others pretend to be those further down.
BROWSERS: Final = {
    "Edg": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "FxiOS/": "Firefox",
    "CriOS/": "Chrome", "Chrome/": "Chrome", "Safari/": "Safari",
}  # fmt: skip
SYSTEMS: Final = {
    "Windows": "Windows", "iPhone": "iPhone", "iPad": "iPad", "Android": "Android",
    "Macintosh": "Mac", "CrOS": "ChromeOS", "Linux": "Linux",
}  # fmt: skip
IPV4_BITS: Final = 24
IPV6_BITS: Final = 48


def words_of(browser: str) -> str:
    """Browser and system by our own names; empty where neither is known."""
    found = (_first(BROWSERS, browser), _first(SYSTEMS, browser))
    return " / ".join(name for name in found if name)


def network_of(address: str) -> str:
    """The network an address is of, too wide to be anybody's own; empty where it is none."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is None:
            return str(ipaddress.ip_network((found, IPV6_BITS), strict=False))
        found = found.ipv4_mapped
    return str(ipaddress.ip_network((found, IPV4_BITS), strict=False))


def _first(names: dict[str, str], browser: str) -> str:
    return next((name for sign, name in names.items() if sign in browser), "")
