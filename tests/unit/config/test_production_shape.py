"""docker-compose.yml, Dockerfile and nginx.conf describe the production shape and fit together."""

import re
from pathlib import Path

import pytest
import yaml

HOUSE = Path(__file__).parents[3]
DOORS = {"web", "desk", "live", "hooks"}


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((HOUSE / "docker-compose.yml").read_text())


@pytest.fixture(scope="module")
def nginx():
    return (HOUSE / "deploy" / "nginx.conf").read_text()


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


def test_websockets_have_a_process_of_their_own(compose, nginx):
    assert "config.asgi" in compose["services"]["live"]["command"]
    assert '"~*^desk:websocket$" live;' in nginx


def test_nginx_knows_every_door_by_its_service_name(compose, nginx):
    assert set(re.findall(r"upstream (\w+)\s+\{ server \1:8000;", nginx)) == DOORS


def test_no_request_is_sent_to_a_second_process(nginx):
    assert "proxy_next_upstream off;" in nginx


def test_the_access_log_keeps_no_query_string(nginx):
    log_format = re.search(r"log_format plain (.*?);", nginx, re.DOTALL).group(1)

    assert "$request " not in log_format
    assert "$request_uri" not in log_format
    assert "$args" not in log_format


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
