"""docs/reports.md and the schema beside it say what is so: every report is told, every command runs, the JSON fits."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from openapi_schema_validator import OAS31Validator
from typer.testing import CliRunner

from tests.reports.small_books import Books, with_one_more_bill
from tieout.config.cli import app
from tieout.config.report_answers import BY_MONTH, CHANGE_LOG, names

pytestmark = pytest.mark.django_db

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "reports.md").read_text(encoding="utf-8")
SCHEMA = json.loads((DOCS / "reports.schema.json").read_text(encoding="utf-8"))
COMMANDS = re.findall(r"^tieout (report .+)$", PAGE, re.MULTILINE)


@pytest.fixture(autouse=True)
def august() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 8, 1, 7, tzinfo=UTC), tick=False):
        yield


def run(books: Books, command: str) -> str:
    done = CliRunner().invoke(app, shlex.split(command.replace("--company acme", f"--company {books.company.slug}")))
    assert done.exit_code == 0, (command, done.stderr)
    return done.stdout


def test_every_report_has_its_chapter(books: Books) -> None:
    told = set(re.findall(r"^## .+ \(`([a-z-]+)`\)$", PAGE, re.MULTILINE))
    assert set(names()) <= told


def test_every_command_runs(books: Books, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert len(COMMANDS) > 9
    for command in COMMANDS:
        run(books, command)
    assert {it.suffix for it in tmp_path.iterdir()} == {".xlsx", ".pdf"}


def test_the_example_is_what_the_command_answers(books: Books) -> None:
    found = re.search(r"^`tieout (report .+)` answers:\n\n```json\n(.+?)```$", PAGE, re.MULTILINE | re.DOTALL)
    assert found
    answer = json.loads(run(books, found[1])) | {"company": "acme"}
    assert answer == json.loads(found[2]), json.dumps(answer, indent=2)


@pytest.mark.parametrize("natural", ["", " --natural"])
def test_every_report_fits_the_schema(books: Books, natural: str) -> None:
    books.sync(statements=with_one_more_bill())
    for name in names():
        asked = {CHANGE_LOG: "--from 0", **dict.fromkeys(BY_MONTH, "--from 2026-06 --to 2026-07")}.get(
            name, "--preset 12"
        )
        answer = json.loads(run(books, f"report {name} --company acme {asked} --format json{natural}"))
        assert not list(OAS31Validator(SCHEMA).iter_errors(answer))
        assert answer["report"] == name


def test_the_schema_refuses_what_is_none(books: Books) -> None:
    answer = json.loads(run(books, "report profit-and-loss --company acme --month 2026-07 --format json"))
    for wrong in ({"tie_out": "maybe"}, {"sync": "1"}, {"rows": [{"row": "x", "amounts": {"2026-07": 1.5}}]}):
        assert list(OAS31Validator(SCHEMA).iter_errors(answer | wrong)), wrong


def test_the_columns_of_a_csv_are_those_of_the_page(books: Books) -> None:
    head = run(books, "report profit-and-loss --company acme --from 2026-06 --to 2026-07 --format csv").splitlines()[0]
    assert head == "account id,number,account,type,row,2026-06,2026-07,tie-out"
    assert all(f"`{it}`" in PAGE for it in head.split(",") if not it[0].isdigit())
