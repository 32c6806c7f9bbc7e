"""A request whose letters Django could not read is refused before it is made (T12, R22)."""

import io

import pytest

from tenancy.entrances.letters import Letters, is_readable

FORM = "application/x-www-form-urlencoded"
ODD = ["rot13", "zlib", "base64", "hex", "undefined", "idna", "utf-7", "utf-16", "nothing", "cp932"]


def ask(application, kind):
    """The status that the whole application answers to a form with a query string."""
    told = []
    environment = {
        "REQUEST_METHOD": "POST", "PATH_INFO": "/content-policy/", "QUERY_STRING": "page=1",
        "SERVER_NAME": "mihon.localhost", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "mihon.localhost", "REMOTE_ADDR": "127.0.0.1", "CONTENT_TYPE": kind,
        "CONTENT_LENGTH": "3", "wsgi.input": io.BytesIO(b"a=b"), "wsgi.url_scheme": "http",
        "wsgi.errors": io.StringIO(),
    }  # fmt: skip
    answer = application(environment, lambda status, _headers, *_: told.append(status))
    getattr(answer, "close", lambda: None)()
    return int(told[0][:3])


@pytest.mark.parametrize("letters", [*ODD, '"rot13"', " ROT13 "])
def test_other_letters_are_refused(served, letters):
    from config.wsgi import application

    assert ask(application, f"{FORM}; charset={letters}") == 415


@pytest.mark.parametrize("kind", ["", FORM, f"{FORM}; charset=UTF-8", "application/csp-report"])
def test_ours_are_read(served, kind):
    from config.wsgi import application

    assert ask(application, kind) == 204


def test_what_cannot_be_taken_apart_is_refused():
    assert not is_readable("text/html; charset*=")


@pytest.mark.parametrize("letters", ["rot13", "undefined"])
def test_the_danger_is_real_without_it(served, letters):
    from config.wsgi import in_django

    with pytest.raises((LookupError, UnicodeError)):
        ask(in_django, f"{FORM}; charset={letters}")
    assert ask(Letters(in_django), f"{FORM}; charset={letters}") == 415
