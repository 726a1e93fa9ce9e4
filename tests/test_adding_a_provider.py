"""The page on adding a provider is true: its code in a folder, and nothing else changed, is a provider that ties."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from tieout.companies.models import Company
from tieout.connections.models import Connection, RunState, SyncRun
from tieout.connections.run import execute
from tieout.ledger.models import OPEN, Entry, Line, Publication
from tieout.providerkit import registry
from tieout.providerkit.contract import BooksContract

PAGE = Path(__file__).resolve().parent.parent / "docs" / "adding-a-provider.md"
PHRASE = "a planted pass phrase"
NOON = datetime(2025, 6, 15, 12, tzinfo=UTC)
PROMISES = tuple(name for name in dir(BooksContract) if name.startswith("test_"))


def code_of(page: str) -> dict[str, str]:
    """Return the page's files: each block of code says in its first line what it is."""
    blocks = re.findall(r"^```python\n# (\S+)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    return dict(blocks)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Is the folder that the page's code makes, beside which the registry looks; the product itself is as it was."""
    made = tmp_path_factory.mktemp("more-providers")
    for name, code in code_of(PAGE.read_text(encoding="utf-8")).items():
        path = made / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code, encoding="utf-8")
    with registry.also_in(str(made)):
        yield made / "notebook"


def test_the_page_has_every_file_of_the_folder(folder: Path) -> None:
    found = {str(path.relative_to(folder)) for path in folder.rglob("*.py")}
    assert found == {"__init__.py", "notebook.py", "books.py", "provider.py", "tests/test_contract.py"}
    code = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
    assert PAGE.read_text(encoding="utf-8").count("```python") == len(found)
    assert "connections" not in code
    assert "django" not in code


def test_the_code_keeps_the_rules_of_the_house(folder: Path, tmp_path: Path) -> None:
    shutil.copy(PAGE.parent.parent / "pyproject.toml", tmp_path)
    package = tmp_path / "src" / "tieout" / "providers"
    shutil.copytree(folder, package / "notebook")
    for each in (package, package.parent):
        (each / "__init__.py").touch()
    ours = 'lint.isort.known-first-party=["tieout"]'  # of which only this folder is there
    for command in (["check", "--config", ours], ["format", "--diff"]):
        ruff = [sys.executable, "-m", "ruff", *command, "--no-cache", "src"]
        done = subprocess.run(ruff, cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S603
        assert not done.returncode, done.stdout + done.stderr


def test_discovery_alone_registers_it(folder: Path) -> None:
    assert "notebook" in registry.keys()  # noqa: SIM118 - a function
    assert not registry.make("notebook", {}).configured
    assert registry.make("notebook", {"TIEOUT_NOTEBOOK_PHRASE": PHRASE}).configured


@pytest.mark.parametrize("promise", PROMISES)
def test_it_keeps_every_promise_of_the_contract(folder: Path, promise: str) -> None:
    tests: Any = import_module("tieout.providers.notebook.tests.test_contract")
    getattr(tests.TestNotebook(), promise)(tests.opened())


@pytest.fixture
def synced(client: Client, alice: User, company: Company, folder: Path, settings: Settings) -> SyncRun:
    """Is the first sync of a company that was connected to the notebook through the pages, at its end."""
    settings.PROVIDER_ENVIRONMENT = {"TIEOUT_NOTEBOOK_PHRASE": PHRASE}
    import_module("tieout.providers.notebook.notebook").PAGE.shut = False
    client.force_login(alice)
    where = f"/c/{company.slug}/integrations/connect/"
    assert "Log in to Notebook" in client.get(where, {"provider": "notebook"}).content.decode()
    typed = {"provider": "notebook", "history": "everything", "basis": "accrual", "sync_day": "1"}
    assert client.post(where, typed | {"login-phrase": PHRASE}).status_code == 302
    run = SyncRun.objects.get()
    execute(run.pk, clock=lambda: NOON, check=lambda: None)
    run.refresh_from_db()
    return run


@pytest.mark.django_db
def test_its_books_are_synced_published_and_tie(synced: SyncRun, client: Client, company: Company) -> None:
    assert (synced.state, synced.reason, synced.differing) == (RunState.PUBLISHED, "", 0)
    assert synced.compared > 0
    assert synced.calls > 0
    assert Publication.objects.get().verified
    assert (Entry.objects.count(), Line.objects.filter(valid_to=OPEN).count()) == (3, 6)
    assert Connection.objects.get().organisation.name == "The Corner Shop"

    trial_balance = client.get(f"/c/{company.slug}/reports/trial-balance/", {"month": "2025-05"}).content.decode()
    assert "1,476.65" in trial_balance  # 2,400.10 less 800.00 and 123.45: the bank
    card = client.get(f"/c/{company.slug}/integrations/").content.decode()
    assert "What Notebook lets us read" in card
    assert PHRASE not in card


@pytest.mark.django_db
def test_its_column_stands_in_the_table_beside_the_others(synced: SyncRun, client: Client, company: Company) -> None:
    page = client.get(f"/c/{company.slug}/integrations/connect/").content.decode()
    assert re.findall(r'<th scope="col"[^>]*>([^<]+)', page)[0] == "Notebook"
    assert "Connected: The Corner Shop" in page


def test_afterwards_it_is_gone(tmp_path: Path) -> None:
    """The registry forgets what a block has shown it: other tests see the product's own providers."""
    (tmp_path / "brief").mkdir()
    (tmp_path / "brief" / "__init__.py").write_text("def make_provider(settings, transport=None): ...\n")
    with registry.also_in(str(tmp_path)):
        assert "brief" in registry.keys()  # noqa: SIM118 - a function
    assert "brief" not in registry.keys()  # noqa: SIM118 - a function
    with pytest.raises(ModuleNotFoundError):
        import_module("tieout.providers.brief")
