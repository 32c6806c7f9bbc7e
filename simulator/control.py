"""Steering and looking: JSON for tests and the demo, pages for people."""

from typing import Any

from aiohttp import web

from simulator import page
from simulator.behaviour import Behaviour
from simulator.carrier import as_json
from simulator.mail import MailBehaviour, Mailroom
from simulator.resource import CARRIER, TELLER

MAILROOM = web.AppKey("mailroom", Mailroom)


def routes() -> list[web.RouteDef]:
    """The paths of the control board."""
    return [
        web.get("/", _messages_page),
        web.get("/mail", _mail_page),
        web.get("/simulator.css", _style),
        web.get("/_control/tally", _tally),
        web.get("/_control/messages", _messages),
        web.get("/_control/asked", _asked),
        web.get("/_control/told", _told),
        web.get("/_control/mail", _mail),
        web.put("/_control/accounts/{sid}", _account),
        web.put("/_control/behaviours/{number}", _behave),
        web.put("/_control/mailboxes/{address}", _behave_mail),
        web.put("/_control/opted_out/{sender}/{number}", _opt_out),
        web.put("/_control/limits", _limits),
        web.post("/_control/messages/{sid}/callback", _tell),
        web.post("/_control/reset", _reset),
    ]


async def _tally(request: web.Request) -> web.Response:
    mails = {"mails": len(request.app[MAILROOM].held)}
    return web.json_response(request.app[CARRIER].tally() | mails)


async def _messages(request: web.Request) -> web.Response:
    held = list(request.app[CARRIER].messages.values())
    if number := request.query.get("to"):
        held = [message for message in held if message.to == number]
    return web.json_response([message.as_json() for message in held])


async def _asked(request: web.Request) -> web.Response:
    return web.json_response(as_json(request.app[CARRIER].asked))


async def _told(request: web.Request) -> web.Response:
    return web.json_response(as_json(request.app[CARRIER].told))


async def _mail(request: web.Request) -> web.Response:
    return web.json_response(request.app[MAILROOM].as_json())


async def _given(request: web.Request) -> dict[str, Any]:
    given = await request.json()
    if not isinstance(given, dict):
        raise web.HTTPBadRequest(text="an object is wanted")
    return given


async def _account(request: web.Request) -> web.Response:
    given = await _given(request)
    request.app[CARRIER].accounts[request.match_info["sid"]] = str(given["token"])
    return web.Response(status=204)


async def _behave(request: web.Request) -> web.Response:
    try:
        behaviour = Behaviour.from_json(await _given(request))
    except (TypeError, ValueError) as wrong:
        raise web.HTTPBadRequest(text=str(wrong)) from wrong
    if (number := request.match_info["number"]) == "usual":
        request.app[CARRIER].usual = behaviour
    else:
        request.app[CARRIER].behave(number, behaviour)
    return web.Response(status=204)


async def _behave_mail(request: web.Request) -> web.Response:
    try:
        behaviour = MailBehaviour(**await _given(request))
    except TypeError as wrong:
        raise web.HTTPBadRequest(text=str(wrong)) from wrong
    request.app[MAILROOM].behave(request.match_info["address"], behaviour)
    return web.Response(status=204)


async def _opt_out(request: web.Request) -> web.Response:
    pair = (request.match_info["sender"], request.match_info["number"])
    request.app[CARRIER].opted_out.add(pair)
    return web.Response(status=204)


async def _limits(request: web.Request) -> web.Response:
    given = await _given(request)
    request.app[CARRIER].concurrency_limit = given.get("concurrency_limit")
    request.app[CARRIER].callback_origin = given.get("callback_origin")
    return web.Response(status=204)


async def _tell(request: web.Request) -> web.Response:
    """One more callback, as wanted: late, forged, repeated or with another account's token."""
    given = await _given(request)
    held = request.app[CARRIER].messages.get(request.match_info["sid"])
    if held is None:
        raise web.HTTPNotFound
    answers = await request.app[TELLER].tell(
        held,
        str(given["status"]),
        error_code=given.get("error_code"),
        copies=int(given.get("copies", 1)),
        token=given.get("token"),
    )
    return web.json_response(answers)


async def _reset(request: web.Request) -> web.Response:
    request.app[CARRIER].reset()
    request.app[MAILROOM].reset()
    return web.Response(status=204)


async def _messages_page(request: web.Request) -> web.Response:
    return _shown(page.messages(request.app[CARRIER]))


async def _mail_page(request: web.Request) -> web.Response:
    return _shown(page.mails(request.app[MAILROOM]))


async def _style(_: web.Request) -> web.Response:
    return web.Response(text=page.STYLE, content_type="text/css")


def _shown(html: str) -> web.Response:
    policy = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"
    return web.Response(
        text=html,
        content_type="text/html",
        headers={"Content-Security-Policy": policy, "Cache-Control": "no-store"},
    )
