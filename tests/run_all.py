"""``make test``: everything that this machine can run, and a word on what it could not.

All steps run even where one fails, so that one run tells everything; pytest comes last and has the last word.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
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
    "tests/planning/test_cells.py",
    "tests/planning/test_closed_timeline.py",
    "tests/planning/test_forecast.py",
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
        "test_webhooks_at_once.py",
    )
)
FEWER = {"OTHER_BOOKS": "4", "HISTORIES": "2"}  # of what the session on SQLite tries in full
WORKERS = ("-n", "2", "--dist", "loadgroup")


def main() -> int:
    """Return the exit code: 0 if every step passed and nothing that REQUIRE names is missing."""
    required = machine.required()
    lacking = _lacking()
    report = [f"not run: {what}" for what in lacking.values()]
    failed = [f"{name} (required)" for name in lacking if name in required]
    for what in lacking.values():
        _say(f"this machine lacks {what}")
    for name, command in _checks().items():
        if not _step(name, command, report):
            failed.append(name)
    if "postgresql" not in lacking and not _on_postgresql(report):
        failed.append("pytest on PostgreSQL")
    report += [f"FAILED: {name}" for name in failed]
    passed = _step(
        "pytest",
        [BIN / "pytest", *WORKERS, "-m", "not postgresql"],
        report,
        environment={"TIEOUT_TEST_REPORT": "\n".join(report)},
    )
    return 0 if passed and not failed else 1


def _lacking() -> dict[str, str]:
    lacking = {}
    if machine.chromium() is None:
        lacking["browser"] = "Chromium, so no test in a browser"
    if machine.postgresql() is None:
        lacking["postgresql"] = "PostgreSQL, so no test on it"
    return lacking


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


def _on_postgresql(report: list[str]) -> bool:
    folders = [folder for folder in ON_POSTGRESQL if (ROOT / folder).is_dir()]
    if machine.postgresql() is None or not folders:
        return True
    with ExitStack() as stack:
        url = stack.enter_context(servers.own_server(faster=True)).url
        left_out = (f"--ignore={path}" for path in NOT_AGAIN)
        command: list[str | Path] = [BIN / "pytest", *WORKERS, "-q", *ON_POSTGRESQL, *left_out]
        return _step("pytest on PostgreSQL", command, report, environment={**FEWER, "DATABASE_URL": url})


def _step(
    name: str, command: list[str | Path], report: list[str], environment: Mapping[str, str] | None = None
) -> bool:
    _say(name)
    began = time.monotonic()
    inherited = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    own = {"TIEOUT_MODE": "test", "DJANGO_SETTINGS_MODULE": "tieout.config.settings", **(environment or {})}
    done = subprocess.run(command, cwd=ROOT, env={**inherited, **own}, check=False)  # noqa: S603 - our own commands
    report.append(f"{name}: {'passed' if done.returncode == 0 else 'FAILED'} in {time.monotonic() - began:.0f} s")
    return done.returncode == 0


def _say(text: str) -> None:
    sys.stdout.write(f"== {text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
