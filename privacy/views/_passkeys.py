"""What the doors of passkeys have in common: the place, the question kept in the session."""

import json
from typing import Any

from django.http import HttpRequest

from privacy import passkeys
from tenancy.entrances.http import host_name
from tenancy.models import Staff

MAKING, USING = "passkey_making", "passkey_using"


def place_of(request: HttpRequest) -> passkeys.Place:
    """The exact host and origin of this request; the host was found in the exact table."""
    given = request.get_host()
    host = host_name(given)
    assert host is not None
    return passkeys.Place(host=host, origin=f"{request.scheme}://{given}")


def question_of(request: HttpRequest, staff: Staff) -> str:
    """A new question for this person's passkeys, as a page carries it; empty without passkeys."""
    if not passkeys.of(staff):
        return ""
    options, state = passkeys.ask(staff=staff, place=place_of(request))
    request.session[USING] = state
    return json.dumps(options)


def new_passkey_of(request: HttpRequest, staff: Staff) -> str:
    """What the browser is asked to make, as a page carries it."""
    options, state = passkeys.begin(staff=staff, place=place_of(request))
    request.session[MAKING] = state
    return json.dumps(options)


def asked(request: HttpRequest, name: str) -> dict[str, Any]:
    """The question that was asked, once: no answer counts twice."""
    found = request.session.pop(name, None)
    return found if isinstance(found, dict) else {}
