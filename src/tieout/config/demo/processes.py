"""The processes of a demo: a sandbox, the site and a worker, on loopback, stopped together."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import httpx2

from tieout.providerkit import registry

_PATIENCE = 60.0  # seconds until a process must answer
_INSTALLING = 900.0  # the same for a sandbox: a real server may have to be installed first


class DidNotStart(Exception):
    """A process of the demo ended or stayed silent; the text says which."""


def free_port(preferred: int = 0) -> int:
    """Return a port of loopback that nobody listens on: the preferred one if it is free."""
    for port in dict.fromkeys((preferred, 0)):
        with closing(socket.socket()) as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise DidNotStart("no free port on loopback")


@dataclass(frozen=True, slots=True)
class Running:
    """Where the demo answers."""

    site: str
    sandbox: str
    worker: int  # process id


class Demo:
    """Starts the three processes of a named demo on entry and stops them on exit."""

    def __init__(self, *, data: Path, name: str, books: str, site_port: int = 0) -> None:
        self._data = data
        self.provider, self.way = registry.demos()[name]
        self._books = books
        self._site_port = free_port(site_port)
        self._sandbox_port = free_port()
        self._stack = ExitStack()
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Running:
        """Return where the demo answers, once it does."""
        site, sandbox = (f"http://127.0.0.1:{port}" for port in (self._site_port, self._sandbox_port))
        environment = self._environment(site, sandbox)
        try:
            self._start(
                "sandbox",
                ["sandbox", self.provider, "--port", str(self._sandbox_port), "--books", self._books],
                environment,
            )
            subprocess.run(  # noqa: S603 - our own command
                [*_tieout(), "migrate"], env=environment, check=True, stdout=subprocess.DEVNULL, start_new_session=True
            )
            self._start("site", ["web", "--port", str(self._site_port)], environment)
            self._start("worker", ["worker"], environment)
            self._await("sandbox", f"{sandbox}/control/books", _INSTALLING)
            self._await("site", f"{site}/accounts/login/")
        except BaseException:
            self._stack.close()
            raise
        return Running(site=site, sandbox=sandbox, worker=self.processes["worker"].pid)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def _environment(self, site: str, sandbox: str) -> dict[str, str]:
        own = f"TIEOUT_{self.provider.upper()}"
        return {
            **os.environ,
            "TIEOUT_MODE": "demo",
            "TIEOUT_DATA": str(self._data),
            "TIEOUT_URL": site,
            "TIEOUT_LOG_LEVEL": os.environ.get("TIEOUT_LOG_LEVEL", "WARNING"),
            f"{own}_ADDRESS": sandbox,
            f"{own}_CLIENT_ID": "tieout-demo",
            f"{own}_CLIENT_SECRET": secrets.token_urlsafe(16),
            **{f"{own}_{name}": value for name, value in self.way.settings.items()},
            "DJANGO_SETTINGS_MODULE": "tieout.config.settings",
        }

    def _start(self, name: str, arguments: list[str], environment: dict[str, str]) -> None:
        # Ctrl-C reaches the demo alone, which then stops its processes one after the other: a site whose own worker
        # hears of it at the same time may never end.
        process = subprocess.Popen(  # noqa: S603 - our own command
            [*_tieout(), *arguments], env=environment, stdout=subprocess.DEVNULL, start_new_session=True
        )
        self.processes[name] = process
        self._stack.callback(_stop, process)

    def _await(self, name: str, address: str, patience: float = _PATIENCE) -> None:
        end = time.monotonic() + patience
        while time.monotonic() < end:
            code = self.processes[name].poll()
            if code is not None:
                raise DidNotStart(f"the {name} ended with {code} before it answered")
            with suppress(httpx2.TransportError):
                httpx2.get(address, trust_env=False, timeout=30)
                return
            time.sleep(0.05)
        raise DidNotStart(f"the {name} did not answer within {patience:.0f} s")


def _tieout() -> list[str]:
    return [sys.executable, "-m", "tieout"]


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Stop a process, and whatever it has started and not stopped itself."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=10)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
