"""``make test``: everything that this machine can run, and a word on what it could not.

The checks and pytest on PostgreSQL run beside pytest on SQLite, so that no core waits where a test does. All of them
run even where one fails, so that one run tells everything; pytest on SQLite waits for the others and has the last word.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests import machine
from tieout.proofs import servers

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
# What speaks to the database in its own words runs on PostgreSQL too; pages and pure rules run once, on SQLite.
ON_POSTGRESQL = (
    *(f"tests/{part}" for part in ("ledger", "expenses", "jobs", "connections")),
    "tests/budgets/test_services.py",
    "tests/companies/test_audit.py",
    "tests/companies/test_services.py",
    "tests/payroll/test_queries.py",
    "tests/payroll/test_reconciling.py",
    "tests/planning/test_actual_cash.py",
    "tests/planning/test_actuals.py",
    "tests/planning/test_cash.py",
    "tests/planning/test_cells.py",
    "tests/planning/test_closed_timeline.py",
    "tests/planning/test_forecast.py",
    "tests/planning/test_stream_forecast.py",
    "tests/reports",
)
NOT_AGAIN = tuple(
    f"tests/connections/{name}"
    for name in (
        "pages",
        "test_damage.py",
        "test_damage_of_changes.py",
        "test_log_words.py",
        "test_other_links.py",
        "test_plan.py",
        "test_schedule.py",
        "test_tryton.py",
        "test_webhooks_at_once.py",
    )
)
FEWER = {"OTHER_BOOKS": "4", "HISTORIES": "2"}  # of what the session on SQLite tries in full
WORKERS = ("-n", "2")


@dataclass(slots=True)
class Report:
    """What is to be said at the end of everything but pytest on SQLite."""

    lines: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def take(self, name: str, *, passed: bool, seconds: float) -> None:
        """Note how a step ended."""
        self.lines.append(f"{name}: {'passed' if passed else 'FAILED'} in {seconds:.0f} s")
        if not passed:
            self.failed.append(name)

    def lack(self, name: str, what: str) -> None:
        """Note what could not run; that is a failure where REQUIRE names it."""
        self.lines.append(f"not run: {what}")
        if name in machine.required():
            self.failed.append(f"{name} (required)")

    def __str__(self) -> str:
        return "\n".join((*self.lines, *(f"FAILED: {name}" for name in self.failed)))


def main() -> int:
    """Return the exit code: 0 if every step passed and nothing that REQUIRE names is missing."""
    report = Report()
    # What is written here is read when pytest on SQLite is at its end: a pipe, which ends for the reader with this
    # process, whatever ends it.
    reading, writing = os.pipe()
    _say("pytest, and beside it")
    with subprocess.Popen(  # noqa: S603 - our own command
        [BIN / "pytest", *WORKERS, "-m", "not postgresql"],
        cwd=ROOT,
        env=_environment({"TIEOUT_TEST_REPORT": str(reading)}),
        pass_fds=[reading],
    ) as on_sqlite:
        os.close(reading)
        try:
            _beside(report)
        finally:
            with suppress(BrokenPipeError), os.fdopen(writing, "w") as told:  # broken: pytest could not even begin
                told.write(str(report))
        return on_sqlite.wait() or bool(report.failed)


def _beside(report: Report) -> None:
    """Run everything but pytest on SQLite, one after the other."""
    for name, command in _checks().items():
        _step(name, command, report)
    if machine.postgresql() is None:
        report.lack("postgresql", "PostgreSQL, so no test on it")
    else:
        left_out = (f"--ignore={path}" for path in NOT_AGAIN)
        with servers.own_server(faster=True) as server:
            command = [BIN / "pytest", *WORKERS, "-q", *ON_POSTGRESQL, *left_out]
            _step("pytest on PostgreSQL", command, report, {**FEWER, "DATABASE_URL": server.url})
    if machine.chromium() is None:
        report.lack("browser", "Chromium, so no test in a browser")
    if machine.hledger() is None:
        report.lack("hledger", "hledger, so nobody to hold the statements beside")
    if machine.beancount() is None:
        report.lack("beancount", "beancount (bean-query), the second program to hold the statements beside")
    if not machine.tryton():  # asked last: pytest on SQLite has installed it meanwhile, or could not
        report.lack("tryton", "Tryton, which could not be installed, so no test on it")


def _checks() -> dict[str, list[str | Path]]:
    checks: dict[str, list[str | Path]] = {
        "ruff check": [BIN / "ruff", "check", "--quiet", "."],
        "ruff format": [BIN / "ruff", "format", "--quiet", "--check", "."],
        "import-linter": [BIN / "lint-imports"],
        "mypy": [BIN / "mypy"],
        "migrations": [BIN / "python", "-m", "django", "makemigrations", "--check", "--dry-run"],
    }
    if any((ROOT / "src").rglob("templates/**/*.html")):
        checks["djlint"] = [BIN / "djlint", "src", "--lint", "--quiet"]
    return checks


def _step(name: str, command: list[str | Path], report: Report, environment: Mapping[str, str] | None = None) -> None:
    """Run a step and print what it says in one piece: pytest on SQLite is printing too."""
    began = time.monotonic()
    done = subprocess.run(  # noqa: S603 - our own commands
        command,
        cwd=ROOT,
        env=_environment(environment or {}),
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    report.take(name, passed=done.returncode == 0, seconds=time.monotonic() - began)
    _say("\n".join(filter(None, (name, done.stdout.rstrip()))))


def _environment(own: Mapping[str, str]) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return {**inherited, "TIEOUT_MODE": "test", "DJANGO_SETTINGS_MODULE": "tieout.config.settings", **own}


def _say(text: str) -> None:
    sys.stdout.write(f"\n== {text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
