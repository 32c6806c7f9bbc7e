"""Exchanging a process while requests come: the new one answers before the old one is asked to go."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

from config.demo.supervisor import DemoFailed, Supervisor
from config.embedded import free_port
from config.stage import front
from config.stage.house import House
from config.stage.watch import Watch

ONE_ONLY = frozenset({"beat"})  # a second one would do everything twice
LAST_ANSWER = 100.0  # seconds; worker_shutdown_timeout ends nginx's former workers before


class Rolling:
    """Which number of each process runs, and where; changed one process at a time."""

    def __init__(self, house: House, supervisor: Supervisor, *, nginx_folder: Path) -> None:
        self.house, self.supervisor = house, supervisor
        self.nginx_folder = nginx_folder
        self.ports: dict[str, int] = {}
        self.names: dict[str, str] = {}
        self.watch = Watch()

    def start_all(self) -> None:
        """Every process of the compose file, side by side."""
        services = []
        for name in [*self.house.doors(), *self.house.others()]:
            port = free_port() if name in self.house.doors() else 0
            service = self.house.service(name, port=port)
            self.ports[name], self.names[name] = port, service.name
            services.append(service)
        self.supervisor.start(*services)
        for name in self.names:
            self._watch(name)

    def _watch(self, name: str) -> None:
        shown = self.names[name]
        self.watch.begin(
            shown, *self.house.health(name, port=self.ports.get(name, 0), container=shown)
        )

    def write_upstreams(self) -> None:
        """Tell nginx's file where each door listens now; whole or not at all."""
        doors = {name: port for name, port in self.ports.items() if port}
        unfinished = self.nginx_folder / "upstreams.unfinished"
        unfinished.write_text(front.upstreams(doors))
        unfinished.rename(self.nginx_folder / "upstreams.conf")

    def restart(self, name: str) -> Iterator[str]:
        """Exchange one process; each step in words."""
        if name not in self.names:
            yield f"{name} という処理はありません。 / There is no process {name}."
            return
        yield from self._one_only(name) if name in ONE_ONLY else self._beside(name)

    def _one_only(self, name: str) -> Iterator[str]:
        yield f"{self.names[name]}: 終了します / ending"
        self._end(self.names[name])
        service = self.house.service(name)
        self.supervisor.start(service)
        self.names[name] = service.name
        self._watch(name)
        yield f"{service.name}: 動いています / runs"

    def _beside(self, name: str) -> Iterator[str]:
        old, old_port = self.names[name], self.ports[name]
        port = free_port() if old_port else 0
        service = self.house.service(name, port=port)
        yield f"{service.name}: 開始します / starting"
        try:
            self.supervisor.start(service)
        except DemoFailed as failure:
            if service.name in self.supervisor.names():
                self.supervisor.end(service.name)
            yield f"{failure}\n{old} のままです。 / {old} goes on."
            return
        self.names[name], self.ports[name] = service.name, port
        self._watch(name)
        yield f"{service.name}: 応答しています / answers"
        if port:
            former = self._turn_nginx()
            yield f"nginx: {service.name} に向けました / turned"
            patience = LAST_ANSWER if name != "live" else 0  # sockets come back by themselves
            if patience and not front.wait_until_gone(former, patience=patience):
                yield f"{old}: まだ要求があります / still has requests"
        self._end(old)
        yield f"{old}: 終了しました / ended"

    def _end(self, shown: str) -> None:
        self.watch.forget(shown)
        self.supervisor.end(shown)

    def _turn_nginx(self) -> set[int]:
        """New requests go to the new process; the former workers answer by the old one."""
        self.write_upstreams()
        master = self.supervisor.pid("nginx")
        before = front.workers(master)
        os.kill(master, signal.SIGHUP)
        front.wait_until_turned(master, before)
        return before

    def revive(self) -> Iterator[str]:
        """Start again what has ended by itself, as `restart: unless-stopped` says."""
        for name in self.supervisor.ended():
            self.supervisor.again(name)
            yield f"{name} が終了したため、もう一度始めました。 / {name} had ended and runs again."

    def look(self) -> Iterator[str]:
        """Say who is not well. Who hangs and has no door is started again; a door is only told of:
        what all of them miss is a database, and who answers badly may still answer somebody.
        """
        for shown, why in list(self.watch.unwell()):
            yield f"{shown} が応えません({why})。 / {shown} is not well."
            name = next((one for one, as_shown in self.names.items() if as_shown == shown), "")
            if name and not self.ports.get(name):
                self.supervisor.anew(shown)
                self._watch(name)
                yield f"{shown} をもう一度始めました。 / {shown} was ended and runs again."
