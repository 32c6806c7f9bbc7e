"""make stage: docker-compose.yml's processes behind nginx on this machine, until Ctrl-C.

`bin/stage restart NAME` exchanges a process of the stage that runs; `bin/stage manage …` is there
what `docker compose run --rm prepare python bin/manage …` is in production; `bin/stage furnish` puts
the demo's people, venues and accounts in, `bin/stage codes` shows the accounts' one-time codes.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from config import embedded
from config.demo.supervisor import (
    DemoFailed,
    DemoStopped,
    Service,
    Supervisor,
    answers_tcp,
    run_to_the_end,
    stop_when_asked,
)
from config.stage import certificates, control, front, municipality, shape
from config.stage.house import House, hosts
from config.stage.places import TOP, Places
from config.stage.rolling import Rolling
from config.stage.words import say, step, welcome

NO_NGINX = (
    "nginx がありません。Debian では `sudo apt-get install nginx-light` で入ります(起動はこちらでします)。\n"
    "nginx is missing: on Debian `sudo apt-get install nginx-light`. Nothing was started."
)


def main(words: list[str]) -> int:
    """Run the stage, or speak to the one that runs; 0 when it was done."""
    os.chdir(TOP)
    places = Places.from_environment()
    try:
        if words[:1] == ["restart"] and len(words) == 2:
            return _restart(places, words[1])
        if words[:1] == ["manage"]:
            return _one_off(places, ["bin/manage", *words[1:]])
        if words in (["furnish"], ["codes"]):
            return _one_off(places, ["-m", "config.stage.furnish", *words])
        if words:
            say("bin/stage [restart NAME | manage COMMAND … | furnish | codes]")
            return 2
        stop_when_asked()
        _run(places)
    except DemoStopped:
        say("終了しました。 / Stopped; nothing is left running.")
    except (DemoFailed, shape.ShapeRefused, embedded.ServerRefusal) as refusal:
        say(f"\n{refusal}")
        return 1
    return 0


def _run(places: Places) -> None:
    nginx = front.program()
    if nginx is None:
        raise DemoFailed(NO_NGINX)
    embedded.must_be_free(places.port, setting="WAKU_STAGE_PORT")
    with ExitStack() as running:
        with step("PostgreSQL, Valkey"):
            database = embedded.postgres(places.folder / "postgres", 0)
            doorbell = embedded.valkey(places.folder / "valkey", 0)
            running.enter_context(database)
            running.enter_context(doorbell)
        house = House(places, superuser_url=database.url(), valkey_url=doorbell.url())
        with step("prepare"):
            command, environment = house.one_off()
            run_to_the_end(command, environment, by=None)
        certificates.make(
            places.made("certificates"), [*hosts(), "localhost"], at=datetime.now(UTC)
        )
        short = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="waku-stage-")))
        short.chmod(0o711)  # nginx's workers are another person where root starts it
        shutil.rmtree(places.folder / "tmp", ignore_errors=True)  # as a container begins
        places.made("tmp")
        supervisor = running.enter_context(Supervisor(places.logs))
        supervisor.start(house.carrier())
        rolling = Rolling(house, supervisor, nginx_folder=short)
        with step(", ".join(shape.ours())):
            rolling.start_all()
        with step("nginx"):
            _start_nginx(nginx, places, rolling, short)
        line = running.enter_context(control.Control(short / "control"))
        _write_down(places, house, short)
        running.callback(places.running.unlink, missing_ok=True)
        told = municipality.made_once(house)
        say(welcome(places, told, carrier_port=house.carrier_port))
        while True:
            line.serve_once(lambda words: rolling.restart(words.removeprefix("restart ")))
            for words in (*rolling.revive(), *rolling.look()):
                say(words)


def _start_nginx(nginx: str, places: Places, rolling: Rolling, folder: Path) -> None:
    made = places.made("certificates")
    file = front.write(
        folder,
        port=places.port,
        plain_port=places.plain_port,
        doors=hosts(),
        certificates=made,
        newest=front.version(nginx),
    )
    rolling.write_upstreams()
    rolling.supervisor.start(
        Service(
            name="nginx",
            command=front.command(nginx, file),
            environment={"PATH": os.environ.get("PATH", os.defpath), **_marks()},
            is_ready=answers_tcp(places.port),
            farewell=signal.SIGQUIT,
        )
    )


def _marks() -> dict[str, str]:
    return {name: os.environ[name] for name in ("WAKU_RUN", "WAKU_RUN_ALL") if name in os.environ}


def _write_down(places: Places, house: House, folder: Path) -> None:
    words = {
        "superuser_url": house.superuser_url,
        "valkey_url": house.valkey_url,
        "control": str(folder / "control"),
        "port": str(places.port),
        "carrier_port": str(house.carrier_port),
        "mail_port": str(house.mail_port),
    }
    embedded.private_file(places.running, json.dumps(words))


def _restart(places: Places, name: str) -> int:
    for words in control.ask(places.of_a_running_one()["control"], f"restart {name}"):
        say(words)
    return 0


def _one_off(places: Places, words: list[str]) -> int:
    known = places.of_a_running_one()
    here = Places(places.folder, int(known["port"]), 0)
    house = House(here, superuser_url=known["superuser_url"], valkey_url=known["valkey_url"])
    house.carrier_port, house.mail_port = int(known["carrier_port"]), int(known["mail_port"])
    _command, environment = house.one_off()
    passed_on = ("WAKU_BACKUP", "WAKU_DEMO_PEOPLE", "WAKU_POSTGRES_BIN")
    kept = {name: value for name, value in os.environ.items() if name.startswith(passed_on)}
    kept["WAKU_STAGE_FOLDER"] = str(places.folder)
    line = [sys.executable, *words]
    return subprocess.run(line, env={**environment, **kept}, check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
