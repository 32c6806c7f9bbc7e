"""Status callbacks: the life of an accepted message, told the way Twilio tells it."""

import asyncio
import base64
import hashlib
import hmac
import secrets
import socket
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from simulator.behaviour import Behaviour
from simulator.carrier import Carrier, MessageHeld, Told

JAPAN = ZoneInfo("Asia/Tokyo")
AT_ONCE = 64  # callbacks under way at one moment


def signature(*, token: str, url: str, form: Mapping[str, str]) -> str:
    """X-Twilio-Signature: HMAC-SHA1 over the URL and the sorted names and values."""
    signed = url + "".join(name + form[name] for name in sorted(form))
    digest = hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


class OnlyThisMachine(AbstractResolver):
    """Every name ends here: a simulator speaks to nobody outside."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host, host="127.0.0.1", port=port, family=family, proto=0, flags=0
            )
        ]

    async def close(self) -> None:
        """Nothing is open."""


class Teller:
    """Walks accepted messages through their statuses and tells whoever asked to hear."""

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._lives: set[asyncio.Task[None]] = set()
        self._web = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(resolver=OnlyThisMachine(), limit=AT_ONCE),
            timeout=aiohttp.ClientTimeout(total=15),
        )

    async def close(self) -> None:
        """Stop telling."""
        for life in self._lives:
            life.cancel()
        await asyncio.gather(*self._lives, return_exceptions=True)
        await self._web.close()

    def start(self, held: MessageHeld, behaviour: Behaviour) -> None:
        """Let a message live."""
        life = asyncio.get_running_loop().create_task(self._live(held, behaviour))
        self._lives.add(life)
        life.add_done_callback(self._lives.discard)

    async def _live(self, held: MessageHeld, behaviour: Behaviour) -> None:
        at_once = behaviour.order == "in_order" and not behaviour.delay_seconds
        for status in behaviour.statuses:
            await asyncio.sleep(behaviour.step_seconds)
            self._carrier.advance(held, status, error_code=behaviour.error_code)
            if at_once:
                await self._tell_as_told(held, status, behaviour)
        if not at_once:
            await asyncio.sleep(behaviour.delay_seconds)
            for status in behaviour.in_telling_order(list(behaviour.statuses)):
                await self._tell_as_told(held, status, behaviour)

    async def _tell_as_told(self, held: MessageHeld, status: str, behaviour: Behaviour) -> None:
        if not held.status_callback:
            return
        for _ in range(behaviour.forged):
            wrong = secrets.token_hex(16)
            await self.tell(held, status, error_code=behaviour.error_code, token=wrong)
        if behaviour.tells(status):
            await self.tell(held, status, error_code=behaviour.error_code, copies=behaviour.copies)

    async def tell(
        self,
        held: MessageHeld,
        status: str,
        *,
        error_code: int | None = None,
        copies: int = 1,
        token: str | None = None,
    ) -> list[int | None]:
        """Send one callback (and its copies); returns the answers, None where none came.

        Another token than the account's own makes it a forgery.
        """
        form = callback_form(held, status, error_code=error_code)
        own = self._carrier.accounts.get(held.account_sid, "")
        signed = signature(token=token or own, url=held.status_callback, form=form)
        headers = {
            "X-Twilio-Signature": signed,
            "I-Twilio-Idempotency-Token": str(uuid.uuid4()),
            "User-Agent": "TwilioProxy/1.1",
        }
        forged = token not in {None, own}
        return [await self._post(held, form, headers, forged=forged) for _ in range(copies)]

    async def _post(
        self, held: MessageHeld, form: dict[str, str], headers: dict[str, str], *, forged: bool
    ) -> int | None:
        url, also = self._really(held.status_callback)
        answer = None
        for _ in range(_tries(held.status_callback)):
            try:
                async with (
                    self._gate,
                    self._web.post(
                        url, data=form, headers=headers | also, allow_redirects=False
                    ) as response,
                ):
                    await response.read()
                    answer = response.status
                break
            except (aiohttp.ClientError, TimeoutError):
                continue
        self._carrier.told.append(
            Told(
                at=datetime.now(JAPAN).isoformat(),
                url=held.status_callback,
                sid=held.sid,
                status=form["MessageStatus"],
                token=headers["I-Twilio-Idempotency-Token"],
                forged=forged,
                answer=answer,
            )
        )
        return answer

    def _really(self, public: str) -> tuple[str, dict[str, str]]:
        """Where to knock, and under which name."""
        parts = urlsplit(public)
        if not self._carrier.callback_origin:
            return public.partition("#")[0], {}
        query = f"?{parts.query}" if parts.query else ""
        return f"{self._carrier.callback_origin}{parts.path}{query}", {
            "Host": parts.netloc,
            "X-Forwarded-Proto": parts.scheme,
        }


def callback_form(
    held: MessageHeld, status: str, *, error_code: int | None = None
) -> dict[str, str]:
    """The fields of one status callback."""
    form: dict[str, Any] = {
        "AccountSid": held.account_sid,
        "ApiVersion": "2010-04-01",
        "From": held.sender,
        "MessageSid": held.sid,
        "MessageStatus": status,
        "SmsSid": held.sid,
        "SmsStatus": status,
        "To": held.to,
    }
    if status in {"failed", "undelivered"} and error_code:
        form["ErrorCode"] = str(error_code)
    if status in {"delivered", "undelivered"}:
        form["RawDlrDoneDate"] = datetime.now(JAPAN).strftime("%y%m%d%H%M")
    return form


def _tries(url: str) -> int:
    """Once, and again on a connection failure: as often as the URL's fragment says."""
    overrides = dict(parse_qsl(urlsplit(url).fragment))
    return 1 + min(int(overrides.get("rc", "1")), 5)
