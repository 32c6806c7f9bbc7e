"""docker-compose.yml, Dockerfile and nginx.conf describe the production shape and fit together."""

import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import granian.http
import pytest
import yaml
from django.conf import settings
from django.urls import reverse

from config import databases, inside
from config.embedded import free_port
from config.embedded._postgres import SETTINGS
from config.stage import certificates, front, shape
from exchange import spool

HOUSE = Path(__file__).parents[3]
DOORS = {"web", "desk", "live", "hooks"}
VALUES = dict.fromkeys(
    ("WAKU_APP_PASSWORD", "WAKU_VALKEY_PASSWORD", "WAKU_SECOND_PLACE", "WAKU_OWNER_PASSWORD"), "x"
)


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((HOUSE / "docker-compose.yml").read_text())


@pytest.fixture(scope="module")
def nginx():
    return (HOUSE / "deploy" / "nginx.conf").read_text()


@pytest.fixture(scope="module")
def upstreams():
    return (HOUSE / "deploy" / "upstreams.conf").read_text()


def test_every_process_of_the_house_is_there(compose):
    others = {
        "nginx", "worker", "beat", "announcer", "chainer", "stand_in", "prepare", "postgres", "valkey",
    }  # fmt: skip

    assert set(compose["services"]) == DOORS | others


@pytest.mark.parametrize("door", sorted(DOORS))
def test_each_door_opens_only_itself_and_has_its_own_pool(compose, door):
    environment = compose["services"][door]["environment"]

    assert environment["WAKU_DOORS"] == door
    assert int(environment["WAKU_POOL_SIZE"]) > 0


def test_residents_have_as_many_threads_as_the_shares_count_with(compose):
    web = compose["services"]["web"]
    threads = web["environment"]["WAKU_THREADS"]

    assert f"--blocking-threads {threads} " in web["command"]
    assert int(threads) >= 4 * int(web["environment"]["WAKU_POOL_SIZE"])  # most of a crowd waits


def test_a_busy_machine_serves_operators_before_residents_and_residents_before_files(compose):
    shares = {name: one.get("cpu_shares", 1024) for name, one in compose["services"].items()}
    first = min(shares[name] for name in ("desk", "live", "postgres", "valkey", "nginx"))

    assert first >= 8 * shares["web"]
    assert shares["web"] > shares["worker"]
    assert shares["announcer"] > shares["web"]


def test_websockets_have_a_process_of_their_own(compose, nginx):
    assert "config.asgi" in compose["services"]["live"]["command"]
    assert '"~*^desk:websocket$" live;' in nginx


def test_nginx_knows_every_door_by_its_service_name(nginx, upstreams):
    assert "include upstreams.conf;" in nginx
    assert set(re.findall(r"upstream (\w+)\s+\{ server \1:8000;", upstreams)) == DOORS


def test_no_request_is_sent_to_a_second_process(nginx):
    assert "proxy_next_upstream off;" in nginx


def test_the_access_log_keeps_no_path_and_no_address(nginx):
    log_format = re.search(r"log_format lines escape=json(.*?);\n", nginx, re.DOTALL).group(1)

    assert set(re.findall(r"\$(\w+)", log_format)) == {
        "time_iso8601", "known_host", "door", "request_method", "status", "body_bytes_sent",
        "request_time", "upstream_status", "upstream_response_time", "network", "server_protocol",
    }  # fmt: skip
    assert re.findall(r"access_log (\S+ \S+);", nginx) == ["/dev/stdout lines"]


def test_the_error_log_tells_of_no_request(nginx):
    # What nginx writes of a request there holds its address, path and query string.
    assert re.findall(r"error_log (\S+ \S+);", nginx.partition("http {")[2]) == [
        "/dev/stderr emerg"
    ]


def test_the_doors_believe_nginx_because_it_replaces_what_was_sent(compose, nginx):
    assert all(
        compose["services"][door]["environment"]["WAKU_BEHIND_NGINX"] == "1" for door in DOORS
    )
    assert "X-Forwarded-For $remote_addr;" in nginx
    assert "$proxy_add_x_forwarded_for" not in nginx


def test_only_nginx_listens_outside(compose):
    listening = {name for name, service in compose["services"].items() if "ports" in service}

    assert listening == {"nginx"}


def test_only_the_one_off_command_knows_the_owner(compose):
    knowing = {
        name
        for name, service in compose["services"].items()
        if "WAKU_OWNER_DATABASE_URL" in service.get("environment", {})
    }

    assert knowing == {"prepare"}


def test_images_are_named_without_an_address(compose):
    for service in compose["services"].values():
        first = service["image"].split("/")[0]
        assert "." not in first.split(":")[0]


def test_the_database_speaks_japanese_and_keeps_values_out_of_its_log(compose):
    postgres = compose["services"]["postgres"]

    assert "--builtin-locale=C.UTF-8" in postgres["environment"]["POSTGRES_INITDB_ARGS"]
    for setting in ("synchronous_commit=on", "log_error_verbosity=terse", "wal_level=logical"):
        assert setting in postgres["command"]


def test_the_demo_is_not_in_production(compose):
    assert "WAKU_DEMO" not in (HOUSE / "docker-compose.yml").read_text()


def test_secrets_never_enter_git_or_the_image():
    for name in (".gitignore", ".dockerignore"):
        assert "deploy/secrets" in (HOUSE / name).read_text()


def test_the_image_runs_without_root_from_the_hashed_list():
    words = (HOUSE / "Dockerfile").read_text()

    assert "\nUSER waku\n" in words
    assert "--require-hashes" in words


def seconds(words, name):
    return int(re.search(rf"{name} (\d+)s;", words).group(1))


class TestTimes:
    def test_an_idle_line_is_let_go_by_nginx_first(self, upstreams):
        ends_after = granian.http.HTTP1Settings.header_read_timeout / 1000
        kept = re.findall(r"keepalive \d+;\s+keepalive_timeout (\d+)s;", upstreams)

        assert len(kept) == len(re.findall(r"\bkeepalive \d", upstreams))
        assert all(int(one) < ends_after for one in kept)

    def test_what_was_begun_is_answered_before_anybody_is_stopped(self, compose, nginx):
        longest = seconds(nginx, "proxy_read_timeout")

        assert seconds(nginx, "worker_shutdown_timeout") > longest
        for door in DOORS:
            assert int(compose["services"][door]["stop_grace_period"].rstrip("s")) > longest

    def test_a_request_waits_longer_than_the_pool_makes_it(self, nginx):
        assert seconds(nginx, "proxy_read_timeout") > databases.WAITING["timeout"]


class TestBodies:
    def test_nginx_lets_through_what_a_door_takes_and_little_more(self, nginx):
        forms, lists = (
            int(most) * 2**20 for most in re.findall(r"client_max_body_size (\d+)m;", nginx)
        )

        assert settings.DATA_UPLOAD_MAX_MEMORY_SIZE < forms <= 2 * 2**20
        assert spool.MAX_SIZE < lists <= spool.MAX_SIZE + 2**20  # the rest of the form

    def test_large_bodies_go_to_the_one_page_that_takes_them(self, nginx):
        large = reverse("exchange:hand_in", urlconf="config.urls_staff")
        block = re.search(rf"location = {large} {{(.*?)\n        }}", nginx, re.DOTALL).group(1)

        assert "$door != desk" in block
        assert "proxy_request_buffering off;" in block  # nothing of a list lies in nginx's folder

    def test_bodies_are_kept_on_the_container_s_own_disk(self, compose, nginx):
        folders = re.findall(r"_(?:temp|cache)_path\s+(\S+?)[; ]", nginx)

        assert len(folders) == 6
        assert all(folder.startswith("/var/cache/nginx/") for folder in folders)
        assert "/var/cache/nginx" in compose["services"]["nginx"]["tmpfs"]


class TestHealth:
    def test_each_door_is_asked_whether_it_is_ready(self, compose):
        for door in DOORS:
            assert compose["services"][door]["healthcheck"]["test"] == [
                "CMD",
                "python",
                "bin/ready",
            ]

    def test_who_has_no_door_is_asked_whether_it_turns(self, compose):
        asked = {
            name: compose["services"][name]["healthcheck"]["test"]
            for name in shape.ours()
            if name not in DOORS
        }
        words = "".join(file.read_text("utf-8") for file in sources())

        assert set(asked) == {"worker", "beat", "announcer", "chainer", "stand_in"}
        for test in asked.values():
            assert test[:3] == ["CMD", "python", "bin/alive"]
            for name in (word.partition(":")[0] for word in test[3:]):
                assert f'pulse.beat("{name}")' in words or f'name: str = "{name}"' in words or (
                    f'name="{name}"' in words
                )  # fmt: skip

    def test_nginx_waits_for_the_doors(self, compose):
        waits = compose["services"]["nginx"]["depends_on"]

        assert {
            name for name, how in waits.items() if how["condition"] == "service_healthy"
        } == DOORS

    def test_no_host_of_the_house_is_the_inside(self):
        told = (HOUSE / "deploy" / "hosts.map").read_text()

        assert not inside.HOSTS & set(re.findall(r"^(\S+) \w+;", told, re.MULTILINE))

    def test_nginx_marks_whatever_it_passes_on(self, nginx):
        # config.inside answers nobody who carries the mark.
        for_the_server, *for_locations = re.split(r"\blocation ", nginx)

        assert "proxy_set_header X-Forwarded-For $remote_addr;" in for_the_server
        # One of its own in a location would put out those of the server.
        assert not any("proxy_set_header" in words for words in for_locations)


def sources():
    """Every file of the house that runs in production."""
    for folder in (
        "config", "callcentre", "exchange", "booking", "venues", "notifications", "privacy",
        "tenancy", "shared",
    ):  # fmt: skip
        yield from (HOUSE / folder).rglob("*.py")


def names_read():
    """Every name of a setting that the house reads from its environment."""
    found = set()
    for file in sources():
        found |= set(re.findall(r"\"(WAKU_[A-Z_]+)\"", file.read_text("utf-8")))
    return found


class TestSettings:
    def test_every_name_is_one_that_the_house_reads(self, compose):
        read = names_read()
        told = {
            name
            for service in shape.ours()
            for name in compose["services"][service]["environment"]
            if name.startswith("WAKU_")
        }

        assert {name.removesuffix("_FILE") for name in told} <= read | {
            name.removesuffix("_FILE") for name in read
        }

    def test_no_process_is_told_that_it_is_alone_on_a_machine(self, compose):
        for name in shape.ours():
            environment = compose["services"][name]["environment"]

            assert environment["WAKU_LOOPBACK"] == "0"
            assert "WAKU_DEMO" not in environment

    def test_the_pools_fit_into_the_database(self, compose):
        most = int(
            re.search(r"max_connections=(\d+)", compose["services"]["postgres"]["command"])[1]
        )

        each = [connections(compose["services"][name]) for name in shape.ours()]
        assert sum(each) + max(each) <= most - 10  # one is exchanged: it is there twice

    def test_the_embedded_server_has_the_settings_of_production(self, compose):
        said = dict(re.findall(r"-c (\w+)=(\S+)", compose["services"]["postgres"]["command"]))

        assert said == dict(SETTINGS)


def connections(service):
    """The most a service may hold: each of its processes has a pool, and four for the directory."""
    words = service["command"]
    found = re.search(r"--(?:workers|concurrency) (\d+)", words)
    processes = int(found.group(1)) if found else 1
    return processes * (int(service["environment"]["WAKU_POOL_SIZE"]) + 4)


class TestUsers:
    def test_nobody_of_ours_writes_outside_of_the_spool(self, compose):
        for name in shape.ours():
            service = compose["services"][name]

            assert service["read_only"] is True
            assert "user" not in service  # the image's own: waku

    def test_the_doors_reach_nothing_outside(self, compose):
        assert compose["networks"]["inside"]["internal"] is True
        for door in DOORS:
            assert compose["services"][door]["networks"] == ["inside"]

    def test_a_worker_that_dies_is_replaced_without_the_others(self, compose):
        for door in DOORS - {"live"}:
            assert "--respawn-failed-workers" in compose["services"][door]["command"]

    def test_no_server_keeps_an_access_log_of_addresses(self, compose):
        assert "--no-access-log" in compose["services"]["live"]["command"]
        for door in DOORS - {"live"}:
            assert "--access-log" not in compose["services"][door]["command"]


class TestTheStage:
    def test_runs_the_processes_of_the_compose_file_and_no_others(self, compose):
        assert (
            shape.ours()
            == [name for name, one in compose["services"].items() if one["image"] == "waku"][:-1]
        )

    @pytest.mark.parametrize("name", shape.ours())
    def test_keeps_every_word_but_addresses(self, compose, name):
        part = shape.part(name, values=VALUES, addresses={"postgres:5432": "127.0.0.1:1"}, port=7)
        said = shape.filled(compose["services"][name]["command"], VALUES)

        assert " ".join(part.command) == said.replace(
            "--host 0.0.0.0 --port 8000", "--host 127.0.0.1 --port 7"
        )
        assert set(part.environment) == set(compose["services"][name]["environment"])
        assert part.environment["WAKU_DATABASE_URL"] == "postgresql://waku_app:x@127.0.0.1:1/waku"

    def test_a_value_nobody_gave_is_a_loud_stop(self):
        with pytest.raises(shape.ShapeRefused, match="WAKU_APP_PASSWORD"):
            shape.part("web", values={}, addresses={})

    def test_every_port_and_path_of_nginx_is_put_in(self):
        words = front.configuration(port=8443, plain_port=8080, folder=Path("/x"))

        assert "/var/cache" not in words
        assert "/run/" not in words
        assert re.findall(r"listen (\S+)", words) == ["127.0.0.1:8080", "127.0.0.1:8443"]

    @pytest.mark.skipif(front.program() is None, reason="nginx is not installed here")
    def test_nginx_itself_accepts_the_files(self, tmp_path):
        nginx = front.program()
        certificates.make(tmp_path / "c", ["mihon.localhost"], at=datetime.now(UTC))
        file = front.write(
            tmp_path, port=free_port(), plain_port=free_port(), doors={"mihon.localhost": "web"},
            certificates=tmp_path / "c", newest=front.version(nginx),
        )  # fmt: skip
        (tmp_path / "upstreams.conf").write_text(front.upstreams(dict.fromkeys(DOORS, 9)))
        said = subprocess.run(
            [*front.command(nginx, file), "-t"], capture_output=True, text=True, check=False
        )

        assert said.returncode == 0, said.stderr
        assert "[warn]" not in said.stderr


def test_who_tells_and_who_verifies_reaches_the_second_place(compose):
    """A head that cannot be told, or is not read, proves nothing."""
    for name in ("chainer", "worker", "prepare"):
        service = compose["services"][name]
        assert service["environment"]["WAKU_ANCHOR_FOLDER"] == "/second_place"
        assert any(":/second_place" in volume for volume in service["volumes"])
    assert "outside" in compose["services"]["chainer"]["networks"], "mails to the ward"
    assert "WAKU_MAIL_HOST" in compose["services"]["chainer"]["environment"]
