"""What a self-hoster copies: units of systemd, the container file, proxies. What no machine of ours can run is read."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPResponse
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
UNITS = sorted([*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")])
TIEOUT = "/opt/tieout/.venv/bin/tieout"


def commands() -> set[str]:
    return {path.stem.replace("_", "-") for path in (ROOT / "src/tieout/config/commands").glob("[a-z]*.py")}


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("no systemd on this machine")
    for unit in UNITS:  # the program and the user are of a machine that has installed it
        text = unit.read_text(encoding="utf-8").replace(TIEOUT, sys.executable)
        (tmp_path / unit.name).write_text(re.sub(r"^(User|Group)=.*\n", "", text, flags=re.MULTILINE))
    files = sorted(str(path) for path in tmp_path.iterdir())
    done = subprocess.run([analyze, "verify", *files], capture_output=True, text=True, check=False)  # noqa: S603
    told = [line for line in done.stderr.splitlines() if "tieout-" in line]
    assert (done.returncode, told) == (0, []), done.stderr


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_a_service_is_shut_in_and_its_command_exists(unit: Path) -> None:
    if unit.suffix == ".timer":
        assert unit.with_suffix(".service").exists()
        return
    text = unit.read_text(encoding="utf-8")
    for line in ("User=tieout", "NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes", "UMask=0077"):
        assert f"\n{line}\n" in text
    assert set(re.findall(rf"{TIEOUT} ([a-z-]+)", text)) <= commands()


def test_the_container_file_takes_what_is_locked_and_runs_as_nobody_special() -> None:
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    assert re.findall(r"^FROM (\S+)", text, re.MULTILINE) == ["python:3.11-slim", "python:3.11-slim"]
    installs = re.findall(r"pip install [^\n]*", text)
    assert all("--require-hashes" in it or "--no-index" in it for it in installs)
    assert text.rindex("USER tieout") < text.rindex("ENTRYPOINT")
    assert "://" not in text
    for path in re.findall(r"-r (\S+\.txt)", text):
        assert (ROOT / path).exists()


def test_the_documentation_speaks_of_every_file() -> None:
    page = (ROOT / "docs/self-hosting.md").read_text(encoding="utf-8")
    spoken = set(re.findall(r"deploy/([\w.*-]+)", page))
    assert {path.name for path in DEPLOY.iterdir() if path.suffix not in (".service", ".timer")} <= spoken
    assert "tieout-*.service" in spoken
    named = set(
        re.findall(r"^(TIEOUT_\w+)=", (DEPLOY / "tieout.env.example").read_text(encoding="utf-8"), re.MULTILINE)
    )
    pages = [page, *(it.read_text(encoding="utf-8") for it in (ROOT / "docs/providers").glob("*.md"))]
    settings = {name for it in pages for name in re.findall(r"^\| `(TIEOUT_\w+)` \|", it, re.MULTILINE)}
    assert named <= settings


# --- behind a proxy ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The site as the unit starts it, with the settings of the example; the requests are a proxy's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TIEOUT", "DATABASE", "DJANGO"))}
    example = (DEPLOY / "tieout.env.example").read_text(encoding="utf-8")
    given = dict(re.findall(r"^(\w+)=(.*)$", example, re.MULTILINE))
    environment = {**kept, **given, "TIEOUT_DATA": str(tmp_path_factory.mktemp("data"))}
    tieout = [sys.executable, "-m", "tieout"]
    subprocess.run([*tieout, "migrate"], env=environment, check=True, capture_output=True)  # noqa: S603
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    site = subprocess.Popen([*tieout, "web", "--port", str(port)], env=environment)  # noqa: S603
    yield f"http://127.0.0.1:{port}"
    site.terminate()
    site.wait(timeout=20)


def ask(address: str, *, host: str, scheme: str = "https") -> tuple[int, HTTPResponse | urllib.error.HTTPError]:
    """Return what the site answers to a proxy that sets the headers as the examples do."""
    headers = {"Host": host, "X-Forwarded-Proto": scheme, "X-Forwarded-For": "203.0.113.9"}
    end = time.monotonic() + 60
    while True:
        try:
            answer = urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=20)  # noqa: S310
        except urllib.error.HTTPError as error:
            error.close()
            return error.code, error
        except urllib.error.URLError:
            assert time.monotonic() < end
            time.sleep(0.1)
        else:
            answer.close()
            return answer.status, answer


@pytest.mark.slow
@pytest.mark.network
def test_behind_a_proxy_cookies_are_secure_and_other_hosts_are_refused(behind: str) -> None:
    status, answer = ask(f"{behind}/accounts/login/", host="plan.example.com")
    assert status == 200
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "max-age=" in answer.headers["Strict-Transport-Security"]
    assert (
        "Strict-Transport-Security"
        not in ask(f"{behind}/accounts/login/", host="plan.example.com", scheme="http")[1].headers
    )
    assert ask(f"{behind}/accounts/login/", host="other.example.com")[0] == 400
    assert ask(f"{behind}/healthz", host="plan.example.com")[0] == 503  # no worker
