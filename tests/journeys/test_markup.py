"""Whatever anybody writes stays text (T24): a corpus of markup in every column and every field, and
every page of residents and staff seen in Chromium.

The columns are filled behind the forms' backs, so that a page must escape even what a form would
have refused; then the same is sent to every form, and what comes back is looked at too.
"""

import base64

import psycopg
import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.db import models
from django.http import HttpResponse
from psycopg import sql

from privacy.fields import SealedDate, SealedText
from tenancy import live
from tenancy.current import serving
from tests import cast
from tests.house import busy_day
from tests.house.busy_day import here_and_answering
from tests.house.payloads import ALIVE, EVERYTHING, PAYLOADS, SHORT
from tests.house.test_hostile_doors import comers, names_in, undone

pytestmark = pytest.mark.browser
answering, here = here_and_answering

# Never typed by anybody: keys, states, digests, secrets, names that find a page or a person.
NOT_TEXT = {
    "code", "schema", "database", "migrated_to", "kind", "language", "layout", "encoding",
    "spool_name", "sha256", "csv_sha256", "etag", "password", "session_key", "session_data", "key",
    "sign_in", "window", "request_id", "network", "wrapping_key", "reservation_number", "sms_token",
    "voucher_number", "provider_id", "issuer_code", "sex", "number", "role",
}  # fmt: skip
NOT_TYPED = {
    "Topic",
    "FailureBudget",
    "ContentType",
    "Permission",
    "Group",
    "Session",
    "TransferLine",  # codes only
}
APPS = {"tenancy", "privacy", "venues", "notifications", "booking", "callcentre", "exchange"}
# Pages that go on by themselves once they are shown: these are visited where they are served.
LIVE = {"/console/", "/console/board/", "/console/look/", "/free/", "/venues/days/", "/"}


def text_columns(kind=(models.CharField, models.TextField)):
    """(model, field) of every column in which somebody's words may stand."""
    for model in apps.get_models():
        if model._meta.app_label in APPS and model.__name__ not in NOT_TYPED:
            for field in model._meta.concrete_fields:
                is_text = isinstance(field, kind) and not isinstance(field, SealedDate)
                if is_text and not field.choices and field.name not in NOT_TEXT:
                    yield model, field


def poison(stage):
    """Markup in every text column of 見本市; returns the columns that took none."""
    refused = []
    with psycopg.connect(stage.superuser_url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")  # facts are facts, but here
        connection.execute("SELECT set_config('search_path', %s, false)", [stage.mihon.schema])
        for turn, (model, field) in enumerate(text_columns()):
            column, most = sql.Identifier(field.column), field.max_length
            words = EVERYTHING if most is None else fitting(most, turn)
            sets = sql.SQL("UPDATE {} SET {} = left(%s || right({}::text, %s), %s)").format(
                sql.Identifier(model._meta.db_table), column, column
            )
            own = 6 if field.unique else 0  # its last letters keep rows apart
            values = [words[: (most or 9999) - own], own, most or 9999]
            try:
                connection.execute(sets, values)
            except psycopg.IntegrityError:
                # Some stay empty until something has happened: then those that are not.
                where = sql.SQL(" WHERE {} <> ''").format(column)
                if not connection.execute(sets + where, values).rowcount:
                    refused.append(f"{model.__name__}.{field.name}")
    for model, field in text_columns(SealedText):
        for row in model._base_manager.exclude(**{f"{field.name}__isnull": True}):
            setattr(row, field.name, EVERYTHING)
            models.Model.save(row, update_fields=[field.name])
    return refused


def fitting(most, turn):
    """A payload, another for each column, as long as the column takes."""
    fits = [one for one in PAYLOADS if len(one) <= most] or SHORT
    first = fits[turn % len(fits)]
    return first + EVERYTHING[: max(0, most - len(first))]


@pytest.fixture
def eyes(page):
    """Look at an address, or at an answer as if it stood there; what is alive, blocked or asked."""
    found = []
    page.on("dialog", lambda box: (found.append(f"dialog: {box.message}"), box.dismiss()))
    page.on("pageerror", lambda fault: found.append(f"fault: {fault}"))
    page.on("console", lambda said: found.append(said.text) if "Security Policy" in said.text else None)  # fmt: skip

    wire, shown = page.context.new_cdp_session(page), {}

    def paused(event):
        told, request = shown.get(event["request"]["url"]), {"requestId": event["requestId"]}
        if told is None:
            wire.send("Fetch.continueRequest", request)
        else:
            wire.send("Fetch.fulfillRequest", request | told)

    # Files stay in the browser's cache, as they would not behind page.route; looks are not asked here.
    wire.send("Network.enable")
    wire.send("Network.setBlockedURLs", {"urls": ["*.css", "*.woff2"]})
    wire.on("Fetch.requestPaused", paused)
    wire.send("Fetch.enable", {"patterns": [{"resourceType": "Document"}]})

    def look(url, answer=None):
        shown.clear()
        if answer is not None:
            kept = {name: value for name, value in answer.headers.items() if name != "Set-Cookie"}
            headers = [{"name": name, "value": value} for name, value in kept.items()]
            body = base64.b64encode(answer.content).decode()
            shown[url] = {"responseCode": 200, "responseHeaders": headers, "body": body}
        page.goto(url, wait_until="load")
        alive = page.evaluate(ALIVE)
        seen, found[:] = [*found, *alive], []
        return [f"{url}: {one}" for one in seen]

    return look


@pytest.fixture
def town(live_municipalities, settings, tmp_path, here):
    with serving(live_municipalities.mihon):
        found = busy_day.fill_at_home(settings, tmp_path, here)
        refused = poison(live_municipalities)
        live.announce(at=cast.now())
        assert refused == []
        yield found


def browse_as(page, address, door, client):
    """The browser becomes this client."""
    page.context.clear_cookies()
    cookie = client.cookies.get(django_settings.SESSION_COOKIE_NAME)
    if cookie is None:
        return
    page.context.add_cookies([{
        "name": django_settings.SESSION_COOKIE_NAME, "value": cookie.value, "secure": True,
        "url": address.url("/", kind=door.kind).replace("http:", "https:"),
        "httpOnly": True, "sameSite": "Lax",
    }])  # fmt: skip


def pages(every):
    """door → (path, client, answer) of every page that shows something, each door once."""
    found = {}
    for door, path, client in every:
        client.raise_request_exception = False
        if door not in found:
            answer = client.get(path)
            assert answer.status_code < 500, path
            if is_page(answer, 200):
                found[door] = path, client, answer
    return found


def echoes(names, every):
    """door → (path, answer) of every form that comes back with what was typed into it."""
    said = {name: " ".join((PAYLOADS * 2)[turn % len(PAYLOADS) :][:8]) for turn, name in enumerate(names)}  # fmt: skip
    found = {}
    for door, path, client in every:
        answers = []

        def send(client=client, path=path, answers=answers):
            answers.append(client.post(path, said))
            return answers[0]

        if door in found or undone(client, send) not in {200, 409, 422}:
            continue
        if is_page(answers[0], 200, 409, 422) and "x-x" in answers[0].text.lower():
            found[door] = path, answers[0]
    return found


def is_page(answer, *statuses):
    kind = answer.headers.get("Content-Type", "")
    return answer.status_code in statuses and kind.startswith("text/html")


def test_stays_text_on_every_page(town, page, address, eyes):
    every, alive = list(comers(town)), []
    shown = pages(every)
    for door, (path, client, answer) in shown.items():
        is_live = f"/{door.route}" in LIVE
        if is_live:
            browse_as(page, address, door, client)
        alive += eyes(address.url(path, kind=door.kind), None if is_live else answer)
    back = echoes(sorted(names_in(answer.text for _, _, answer in shown.values())), every)
    for door, (path, answer) in back.items():
        alive += eyes(address.url(path, kind=door.kind), answer)

    assert alive == []
    assert sum("x-x" in answer.text.lower() for _, _, answer in shown.values()) > 50
    assert len(back) > 20


def test_that_is_not_escaped_is_seen(page, address, eyes):
    careless = HttpResponse("<!doctype html><title>x</title>" + EVERYTHING)
    found = eyes(address.url("/"), careless)

    assert any("a script ran" in one for one in found)
    assert any("x-x:" in one for one in found)
    assert len(found) > 20
