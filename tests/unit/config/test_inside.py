"""The house's own questions: alive asks nobody, ready asks the database, nobody outside asks."""

import pytest
from django.db import DatabaseError

from config import inside, readiness


@pytest.fixture
def asked():
    """Ask the wrapped application; the status, and who answered."""

    def ask(path, *, host="inside:8000", **more):
        answers = []

        def passed_on(_environ, start_response):
            start_response("200 OK", [])
            return [b"the pages"]

        environ = {"PATH_INFO": path, "HTTP_HOST": host, **more}
        body = inside.Inside(passed_on)(
            environ, lambda status, headers: answers.append((status, headers))
        )
        return answers[0][0], b"".join(body).decode()

    return ask


@pytest.fixture
def not_yet_whole(monkeypatch):
    monkeypatch.setattr(readiness, "_found_whole", [])


class TestWhoIsAnswered:
    def test_another_host_gets_the_pages(self, asked):
        assert asked("/readyz", host="mihon.localhost") == ("200 OK", "the pages")

    def test_who_came_through_nginx_gets_the_pages(self, asked):
        said = asked("/readyz", HTTP_X_FORWARDED_FOR="203.0.113.9")

        assert said == ("200 OK", "the pages")

    def test_alive_asks_nobody(self, asked, monkeypatch):
        monkeypatch.setattr(readiness, "missing", lambda: pytest.fail("asked"))

        assert asked("/livez") == ("204 No Content", "")

    def test_other_paths_are_not_there(self, asked):
        assert asked("/")[0] == "404 Not Found"


@pytest.mark.usefixtures("served", "not_yet_whole")
class TestReady:
    def test_with_every_migration(self):
        assert readiness.missing() == ""

    def test_not_while_a_municipality_is_behind(self, monkeypatch):
        directory, municipality = readiness.wanted()
        newer = municipality | {("booking", "9999_of_tomorrow")}
        monkeypatch.setattr(readiness, "wanted", lambda: (directory, newer))

        assert readiness.missing().startswith("migrations: ")

    def test_not_while_the_directory_is_behind(self, monkeypatch):
        directory, municipality = readiness.wanted()
        newer = directory | {("directory", "9999_of_tomorrow")}
        monkeypatch.setattr(readiness, "wanted", lambda: (newer, municipality))

        assert readiness.missing() == "migrations: the directory is behind"

    def test_migrations_are_looked_at_until_all_are_there_and_never_again(self, monkeypatch):
        assert readiness.missing() == ""
        monkeypatch.setattr(readiness, "_behind", lambda: pytest.fail("looked again"))

        assert readiness.missing() == ""

    def test_not_without_the_database(self, asked, monkeypatch):
        def refuse(*_args):
            raise DatabaseError("見本 太郎")

        monkeypatch.setattr(readiness, "_behind", refuse)

        assert asked("/readyz") == ("503 Service Unavailable", "database: no answer")
