"""The commands as a self-hoster types them, as processes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.network]

TIEOUT = str(Path(sys.executable).with_name("tieout"))


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the environment of an installation with nothing but a data folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TIEOUT", "DATABASE", "DJANGO"))}
    environment = {**kept, "TIEOUT_DATA": str(tmp_path_factory.mktemp("data")), "TIEOUT_URL": "http://127.0.0.1"}
    subprocess.run([TIEOUT, "migrate"], env=environment, check=True, capture_output=True)  # noqa: S603
    return environment


@pytest.fixture
def web(environment: dict[str, str]) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    served = subprocess.Popen([TIEOUT, "web", "--port", str(port)], env=environment)  # noqa: S603
    yield f"http://127.0.0.1:{port}"
    served.terminate()
    assert served.wait(timeout=20) == 0


def get(address: str, patience: float = 20.0) -> int:
    """Return the status of a page, once there is anybody to answer."""
    end = time.monotonic() + patience
    while True:
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - loopback
                return int(answer.status)
        except urllib.error.HTTPError as error:
            error.close()
            return error.code
        except urllib.error.URLError:
            assert time.monotonic() < end
            time.sleep(0.1)


def test_the_site_answers_and_stops_when_asked(web: str) -> None:
    assert get(f"{web}/accounts/login/") == 200


def test_a_second_migrate_changes_nothing(environment: dict[str, str]) -> None:
    again = subprocess.run([TIEOUT, "migrate"], env=environment, capture_output=True, text=True, check=True)  # noqa: S603
    assert "No migrations to apply" in again.stdout


def test_the_worker_stops_when_asked(environment: dict[str, str]) -> None:
    worker = subprocess.Popen([TIEOUT, "worker"], env=environment, stderr=subprocess.PIPE, text=True)  # noqa: S603
    assert worker.stderr is not None
    while "started" not in worker.stderr.readline():
        assert worker.poll() is None
    worker.send_signal(signal.SIGTERM)
    worker.communicate(timeout=20)
    assert worker.returncode == 0


def test_an_unknown_sandbox_is_refused_with_those_there_are() -> None:
    refused = subprocess.run([TIEOUT, "sandbox", "ledgerly"], capture_output=True, text=True, check=False)  # noqa: S603
    assert refused.returncode == 2
    assert "quickbooks" in refused.stderr


def test_a_books_file_that_is_none_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "books.jsonl"
    file.write_text('{"kind": "entry"}\n')
    command = [TIEOUT, "sandbox", "quickbooks", "--books", str(file)]
    refused = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    assert refused.returncode == 2
    assert "line 1" in refused.stderr


def test_a_sandbox_prints_its_address_first_and_answers_there() -> None:
    command = [TIEOUT, "sandbox", "quickbooks", "--port", "0", "--books", "large:200"]
    sandbox = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603
    assert sandbox.stdout is not None
    address = sandbox.stdout.readline().strip()
    assert get(f"{address}/control/books") == 200
    sandbox.terminate()
    sandbox.communicate(timeout=20)


def test_the_command_line_loads_without_django() -> None:
    program = "import sys, tieout.config.cli; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0  # noqa: S603
