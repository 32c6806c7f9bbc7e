"""The municipality comes from the exact host and from nothing else (T26); errors stay calm."""

import pytest
from django.test import Client

ROUTES = ("/", "/healthz", "/sign-in/", "/nothing/")
# The form of the host, and whether the municipality's pages answer there.
FORMS = [
    ("mihon.localhost", True),
    ("MIHON.localhost", True),
    ("mihon.localhost:8443", True),
    ("mihon.localhost.", False),
    ("mihon.localhost.:8443", False),
    ("user@mihon.localhost", False),
    ("user:secret@mihon.localhost", False),
    ("[::1]", False),
    ("[::1]:8000", False),
    ("127.0.0.1", False),
    ("evil.example", False),
    ("x.mihon.localhost", False),
    ("mihon.localhost evil.example", False),
    ("mihon.localhost,evil.example", False),
    ("mihon.localhost/evil", False),
    ("mihon.localhost:port", False),
    ("", False),
]
# What strangers look for on every server (T48).
WELL_KNOWN = [
    "admin/",
    "admin/login/",
    "django-admin/",
    "wp-admin/",
    "wp-login.php",
    "phpmyadmin/",
    ".env",
    ".git/config",
    ".git/HEAD",
    ".svn/entries",
    ".DS_Store",
    ".htaccess",
    "server-status",
    "server-info",
    "metrics",
    "metrics/",
    "prometheus",
    "actuator/health",
    "actuator/env",
    "debug/",
    "__debug__/",
    "silk/",
    "docs",
    "docs/",
    "redoc",
    "swagger",
    "swagger.json",
    "openapi.json",
    "api/",
    "api/docs",
    "api/v1/",
    "graphql",
    "health",
    "status",
    "config.json",
    "settings.py",
    "manage.py",
    "requirements.txt",
    "pyproject.toml",
    "backup.zip",
    "dump.sql",
    "db.sqlite3",
    "media/",
    "static/",
    "static/../config/settings.py",
    "flower/",
    "rabbitmq/",
    "demo/",
    "simulator/",
    "robots.txt.bak",
    "xmlrpc.php",
    "cgi-bin/",
    ".well-known/security-policy",
    "jmx-console/",
    "solr/",
    "jenkins/",
]


@pytest.fixture
def client(served):
    return Client(raise_request_exception=False)


class TestHosts:
    @pytest.mark.parametrize(("host", "answers"), FORMS)
    def test_only_exact_hosts_find_a_municipality(self, client, host, answers):
        statuses = {path: client.get(path, headers={"host": host}).status_code for path in ROUTES}

        assert (statuses["/healthz"] == 204) is answers, statuses
        if not answers:
            assert set(statuses.values()) == {404}

    @pytest.mark.parametrize("header", ["x-forwarded-host", "x-host", "forwarded", "x-original-host", "x-http-host-override"])  # fmt: skip
    def test_forged_forwarding_headers_are_not_read(self, client, header):
        page = client.get("/", headers={"host": "mihon.localhost", header: "tameshi.localhost"}).text  # fmt: skip

        assert "見本市" in page
        assert "試市" not in page
        assert client.get("/", headers={"host": "evil.example", header: "mihon.localhost"}).status_code == 404  # fmt: skip

    def test_a_closed_municipality_answers_nowhere(self, client, mihon):
        from tenancy import municipalities

        found = municipalities.find_by_host("mihon.localhost")[0]
        found.is_open = False
        try:
            assert client.get("/", headers={"host": "mihon.localhost"}).status_code == 404
        finally:
            found.is_open = True

    def test_a_door_that_this_process_does_not_open_is_not_there(self, client, settings):
        settings.WAKU_DOORS = frozenset({"web"})

        assert client.get("/healthz", headers={"host": "mihon.localhost"}).status_code == 204
        assert client.get("/healthz", headers={"host": "staff.mihon.localhost"}).status_code == 404


class TestSameOrigin:
    @pytest.mark.parametrize(
        ("site", "status"),
        [("same-origin", 422), ("none", 422), ("", 422), ("cross-site", 403), ("same-site", 403)],
    )
    def test_a_change_from_another_site_is_refused(self, client, site, status):
        headers = {"host": "staff.mihon.localhost"} | ({"sec-fetch-site": site} if site else {})

        assert client.post("/sign-in/", {}, headers=headers).status_code == status

    def test_reading_from_another_site_is_a_link(self, client):
        headers = {"host": "mihon.localhost", "sec-fetch-site": "cross-site"}

        assert client.get("/", headers=headers).status_code == 200


class TestWellKnownPaths:
    def test_there_are_enough(self):
        assert len(set(WELL_KNOWN)) >= 40

    @pytest.mark.parametrize("kind", ["", "staff.", "hooks."])
    def test_none_of_them_is_there(self, client, kind):
        headers = {"host": f"{kind}mihon.localhost"}
        found = {path: client.get(f"/{path}", headers=headers).status_code for path in WELL_KNOWN}

        assert {path: status for path, status in found.items() if status != 404} == {}


class TestAnswers:
    """Headers that every dynamic answer carries."""

    @pytest.mark.parametrize("host", ["mihon.localhost", "staff.mihon.localhost", "hooks.mihon.localhost"])  # fmt: skip
    @pytest.mark.parametrize("path", ["/", "/nothing/", "/sign-in/", "/healthz", "/language/"])
    def test_nothing_is_stored_framed_or_sniffed(self, client, host, path):
        answer = client.get(path, headers={"host": host})

        assert "no-store" in answer["Cache-Control"]
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


class TestErrorPages:
    def test_a_missing_page_has_a_number_to_read_out(self, client):
        page = client.get("/nothing/", headers={"host": "mihon.localhost"})

        assert page.status_code == 404
        assert "ページが見つかりません" in page.text

    def test_a_fault_is_calm_and_its_number_is_in_the_log(self, client, monkeypatch, caplog):
        from config import urls_common

        def broken(_request):
            raise ValueError("090-1234-5678 見本 太郎")

        broken.policy = urls_common.urlpatterns[0].callback.policy
        monkeypatch.setattr(urls_common.urlpatterns[0], "callback", broken)
        page = client.get("/healthz", headers={"host": "staff.mihon.localhost"})

        assert page.status_code == 500
        assert "システムに問題が起きました" in page.text
        assert "見本 太郎" not in page.text
        number = next(record.request_id for record in caplog.records if record.msg == "fault")
        assert number in page.text

    def test_a_refused_page_is_403(self, served):
        from tests import cast
        from tests.serving import desk

        page = desk(cast.staff("operator")).get("/staff/")

        assert page.status_code == 403
        assert "このページは表示できません" in page.text

    def test_a_missing_token_is_403_in_words(self, served):
        client = Client(enforce_csrf_checks=True)
        page = client.post("/sign-in/", {}, headers={"host": "staff.mihon.localhost"})

        assert page.status_code == 403
        assert "もう一度やり直してください" in page.text

    def test_what_cannot_be_read_is_400(self, client):
        fields = {f"f{number}": "x" for number in range(600)}
        page = client.post("/sign-in/", fields, headers={"host": "staff.mihon.localhost"})

        assert page.status_code == 400
        assert "送られた内容を読み取れませんでした" in page.text

    def test_a_conflict_is_409(self, rf, served):
        from shared.views.errors import conflict

        page = conflict(rf.get("/"), words="別の人が先でした。")

        assert page.status_code == 409
        assert "別の人が先でした。" in page.content.decode()
