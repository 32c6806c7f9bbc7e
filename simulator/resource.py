"""Twilio's Messages resource over HTTP."""

import asyncio
import base64
import binascii
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from simulator.behaviour import TERMINAL, Behaviour, Creation
from simulator.carrier import Carrier, MessageHeld
from simulator.telling import Teller
from simulator.validation import WORDS, error_of

CARRIER = web.AppKey("carrier", Carrier)
TELLER = web.AppKey("teller", Teller)
BASE = "/2010-04-01/Accounts/{account_sid}"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def routes() -> list[web.RouteDef]:
    """The paths of the resource."""
    one = BASE + "/Messages/{sid}.json"
    return [
        web.get(BASE + ".json", known_account(_account)),
        web.post(BASE + "/Messages.json", known_account(_create)),
        web.get(BASE + "/Messages.json", known_account(_list)),
        web.get(one, known_account(_fetch)),
        web.post(one, known_account(_update)),
        web.delete(one, known_account(_withdraw)),
    ]


def refused(status: int, code: int) -> web.Response:
    """An error the way Twilio words it."""
    body = {
        "code": code,
        "message": WORDS.get(code, "Error"),
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }
    return web.json_response(body, status=status)


def known_account(handler: Handler) -> Handler:
    """Let in only the account of the path, with its own token."""

    async def checked(request: web.Request) -> web.StreamResponse:
        account_sid = request.match_info["account_sid"]
        name, _, token = _credentials(request).partition(":")
        if not token or name != account_sid or request.app[CARRIER].accounts.get(name) != token:
            request.app[CARRIER].remember(
                method=request.method, path=request.path, form={}, outcome="20003"
            )
            return refused(401, 20003)
        return await handler(request)

    return checked


def _credentials(request: web.Request) -> str:
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""


async def _account(request: web.Request) -> web.Response:
    return web.json_response({"sid": request.match_info["account_sid"], "status": "active"})


async def _create(request: web.Request) -> web.StreamResponse:
    carrier = request.app[CARRIER]
    account_sid = request.match_info["account_sid"]
    form = {name: str(value) for name, value in (await request.post()).items()}
    carrier.in_flight[account_sid] += 1
    try:
        limit = carrier.concurrency_limit
        if limit is not None and carrier.in_flight[account_sid] > limit:
            carrier.remember(method="POST", path=request.path, form=form, outcome="20429")
            return _too_many(carrier.in_flight[account_sid])
        if code := error_of(form=form, opted_out=carrier.opted_out):
            carrier.remember(method="POST", path=request.path, form=form, outcome=str(code))
            return refused(400, code)
        return await _treat(request, form=form, behaviour=carrier.behaviour_for(form["To"]))
    finally:
        carrier.in_flight[account_sid] -= 1


async def _treat(
    request: web.Request, *, form: dict[str, str], behaviour: Behaviour
) -> web.StreamResponse:
    carrier = request.app[CARRIER]
    creation = behaviour.creation
    held: MessageHeld | None = None
    if creation.accepts:
        held = carrier.accept(account_sid=request.match_info["account_sid"], form=form)
        request.app[TELLER].start(held, behaviour)
    carrier.remember(
        method="POST",
        path=request.path,
        form=form,
        outcome=str(behaviour.error) if creation is Creation.REFUSE else creation.value,
        sid=held.sid if held else None,
    )
    match creation:
        case Creation.REFUSE:
            return refused(400, behaviour.error)
        case Creation.TOO_MANY:
            return _too_many(1)
        case Creation.UNAVAILABLE | Creation.UNAVAILABLE_AFTER_ACCEPT:
            return refused(503, 20503)
        case Creation.HANG | Creation.HANG_AFTER_ACCEPT:
            await asyncio.sleep(behaviour.hang_seconds)
            return _hang_up(request)
        case Creation.CLOSE | Creation.CLOSE_AFTER_ACCEPT:
            return _hang_up(request)
    assert held is not None
    shown = held.as_json()
    await asyncio.sleep(behaviour.answer_seconds)
    return web.json_response(shown, status=201)


def _too_many(load: int) -> web.Response:
    response = refused(429, 20429)
    response.headers["Twilio-Concurrent-Requests"] = str(load)
    return response


def _hang_up(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


def _found(request: web.Request) -> MessageHeld | None:
    held = request.app[CARRIER].messages.get(request.match_info["sid"])
    if held is None or held.account_sid != request.match_info["account_sid"]:
        return None
    return held


async def _fetch(request: web.Request) -> web.Response:
    held = _found(request)
    return web.json_response(held.as_json()) if held else refused(404, 20404)


async def _update(request: web.Request) -> web.Response:
    held = _found(request)
    if held is None:
        return refused(404, 20404)
    form = await request.post()
    if form.get("Body") == "":
        held.body = ""
    if form.get("Status") == "canceled":
        if held.status in {*TERMINAL, "sending", "sent"}:
            return refused(400, 20001)
        request.app[CARRIER].advance(held, "canceled", error_code=None)
    return web.json_response(held.as_json())


async def _withdraw(request: web.Request) -> web.Response:
    held = _found(request)
    if held is None:
        return refused(404, 20404)
    del request.app[CARRIER].messages[held.sid]
    return web.Response(status=204)


async def _list(request: web.Request) -> web.Response:
    query = request.query
    try:
        size = min(int(query.get("PageSize", "50")), 1000)
        page = int(query.get("Page", "0"))
        wanted = [held for held in reversed(_of_account(request)) if _fits(held, query)]
    except ValueError:
        return refused(400, 20001)
    here = wanted[page * size : (page + 1) * size]
    more = len(wanted) > (page + 1) * size
    shown: dict[str, Any] = {
        "messages": [held.as_json() for held in here],
        "page": page,
        "page_size": size,
        "start": page * size,
        "end": page * size + max(len(here) - 1, 0),
        "uri": request.path_qs,
        "first_page_uri": _page_uri(request, 0, size),
        "next_page_uri": _page_uri(request, page + 1, size) if more else None,
        "previous_page_uri": _page_uri(request, page - 1, size) if page else None,
    }
    return web.json_response(shown)


def _of_account(request: web.Request) -> list[MessageHeld]:
    account_sid = request.match_info["account_sid"]
    held = request.app[CARRIER].messages.values()
    return [message for message in held if message.account_sid == account_sid]


def _page_uri(request: web.Request, page: int, size: int) -> str:
    kept = {k: v for k, v in request.query.items() if k not in {"Page", "PageSize", "PageToken"}}
    return f"{request.path}?{urlencode(kept | {'PageSize': size, 'Page': page})}"


def _fits(held: MessageHeld, query: Any) -> bool:
    if query.get("To", held.to) != held.to or query.get("From", held.sender) != held.sender:
        return False
    for name, sign in (("DateSent", 0), ("DateSent<", -1), ("DateSent>", 1)):
        if name in query and not _dated(held.sent_at, query[name], sign):
            return False
    return True


def _dated(sent_at: datetime | None, given: str, sign: int) -> bool:
    """Compare by day if a day was given; what has not left yet matches no date."""
    if sent_at is None:
        return False
    if len(given) == 10:
        day, wanted_day = sent_at.date(), date.fromisoformat(given)
        return (day == wanted_day) if not sign else (day - wanted_day).days * sign >= 0
    moment = datetime.fromisoformat(given)
    gap = (sent_at - moment).total_seconds()
    return gap == 0 if not sign else gap * sign >= 0
