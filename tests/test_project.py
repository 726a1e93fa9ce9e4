"""Rules of the house that no linter knows, checked on the files themselves."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tieout.providerkit import registry

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "tieout"
PARTS_WITH_TABLES = ("budgets", "companies", "connections", "departments", "expenses", "jobs", "ledger")
# Modules that start from the ledger's own rows: a consent makes the organisation, a run makes the book that it fills.
JOINED_TO_THE_LEDGER = (
    "connections/connecting.py",
    "connections/ending.py",
    "connections/source.py",
    "expenses/books.py",
)
SKINS = ("views", "urls", "forms", "tasks", "apps", "middleware", "oauth_urls")


@cache
def committed() -> tuple[Path, ...]:
    """Return the files that are part of the project: all that git knows, and all that it would take."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, text=True)  # noqa: S603
    if listed.returncode:  # unpacked from an archive: no git to ask
        pytest.skip("not a git checkout")
    return tuple(path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file())


def modules() -> Iterator[Path]:
    """Yield the product's own modules, without migrations and tests."""
    for path in SOURCE.rglob("*.py"):
        if not {"migrations", "tests"} & set(path.relative_to(SOURCE).parts):
            yield path


def shown(paths: list[str]) -> str:
    """Return what an assertion prints."""
    return "\n".join(paths)


# An address of a package registry would send every installation there; a path of one machine helps nobody else.
FORBIDDEN = re.compile(
    rb"(?:registry|index)[-_ ]?url\s*[=:]|\"resolved\":\s*\"http"
    rb"|files\.pythonhosted\.|pypi\.org/simple|registry\.npmjs\."
    rb"|(?<![\w.])/(?:home|root|work|Users)/[\w.]+/"
)


def test_no_file_names_a_registry_or_a_machines_path() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {hit.group().decode()}"
        for path in committed()
        if path != Path(__file__) and (hit := FORBIDDEN.search(path.read_bytes()))
    ]
    assert not found, shown(found)


@pytest.mark.parametrize("text", [b"--index-url = x", b'"resolved": "https://x', b" /home/ann/tieout/"])
def test_what_is_forbidden_is_found(text: bytes) -> None:
    assert FORBIDDEN.search(text)


def test_files_stay_readable() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {lines} lines"
        for path in committed()
        if path.suffix in {".py", ".css", ".js", ".html"} and path.is_relative_to(ROOT / "src")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    ]
    assert not long, shown(long)


def test_functions_stay_readable() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {node.name} has {node.end_lineno - node.lineno + 1} lines"
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.end_lineno and node.end_lineno - node.lineno >= 60
    ]
    assert not long, shown(long)


def managers_used(source: str) -> Iterator[tuple[int, str, str]]:
    """Yield (line, model, module it was imported from) of each use of a manager."""
    tree = ast.parse(source)
    origin = {
        alias.asname or alias.name: node.module or ""
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "objects" and isinstance(node.value, ast.Name):
            yield node.lineno, node.value.id, origin.get(node.value.id, "")


def test_the_skins_read_no_tables() -> None:
    """Rule 7: every read starts from a company, so pages, forms, tasks and commands go through queries and services."""
    found = [
        f"{path.relative_to(ROOT)}:{line}: {model}.objects"
        for path in modules()
        if path.stem in SKINS or path.relative_to(SOURCE).parts[0] in {"config", "ui"}
        for line, model, _ in managers_used(path.read_text(encoding="utf-8"))
    ]
    assert not found, shown(found)


def test_another_parts_tables_are_read_in_queries_and_services_only() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {model}.objects of {module}"
        for path in modules()
        if path.stem not in {"queries", "services"} and str(path.relative_to(SOURCE)) not in JOINED_TO_THE_LEDGER
        for line, model, module in managers_used(path.read_text(encoding="utf-8"))
        if module.startswith("tieout.") and module.split(".")[1] != path.relative_to(SOURCE).parts[0]
    ]
    assert not found, shown(found)


def test_a_use_of_a_manager_is_seen() -> None:
    source = "from tieout.ledger.models import Book\nBook.objects.get()\n"
    assert list(managers_used(source)) == [(2, "Book", "tieout.ledger.models")]


def test_parts_have_the_same_names_inside() -> None:
    for part in PARTS_WITH_TABLES:
        assert (SOURCE / part / "models.py").is_file(), part
        assert (SOURCE / part / "migrations" / "0001_initial.py").is_file(), part


# The provider that a command is about if nobody says which.
DEFAULTS = ("config/commands/demo.py", "config/commands/prove.py")


def providers_named(path: Path) -> Iterator[str]:
    """Yield what of a file names a provider: imports and texts of a module that are no docstrings, lines of others."""
    known = "|".join((*registry.keys(), *registry.payroll_keys()))
    named = re.compile(rf"(?<![a-z])({known})(?![a-z])", re.IGNORECASE)
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        numbered = enumerate(source.splitlines(), 1)
        yield from (f"{number}: {line.strip()}" for number, line in numbered if named.search(line))
        return
    nodes = list(ast.walk(ast.parse(source)))
    docstrings = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        match node:
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                module = getattr(node, "module", "") or ""
                if any(named.search(f"{module}.{it.name}") for it in names):
                    yield f"{node.lineno}: import {module}"
            case ast.Constant(value=str(text)) if named.search(text) and id(node) not in docstrings:
                yield f"{node.lineno}: {text}"
            case _:
                pass


def test_a_provider_is_named_only_in_its_own_folder() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{where}"
        for path in sorted(SOURCE.rglob("*"))
        if path.suffix in {".py", ".html", ".txt", ".css", ".js"} and path.is_file()
        if not path.is_relative_to(SOURCE / "providers") and str(path.relative_to(SOURCE)) not in DEFAULTS
        for where in providers_named(path)
    ]
    assert not found, shown(found)


def test_a_provider_does_not_know_another_one() -> None:
    keys = (*registry.keys(), *registry.payroll_keys())
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for key in keys
        for path in (SOURCE / "providers" / key).rglob("*.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if (named := re.search(r"tieout\.providers\.(\w+)", line)) and named.group(1) in keys and named.group(1) != key
    ]
    assert not found, shown(found)


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("a.py", 'if key == "quickbooks":\n    pass\n', 1),
        ("a.py", "from tieout.providers.quickbooks import provider\n", 1),
        ("a.py", "from tieout.providers import quickbooks\n", 1),
        ("a.py", 'WORDS = {"Quickbooks Online": 1}\n', 1),
        ("a.py", '"""As QuickBooks does."""\n\n\ndef f():\n    """As quickbooks."""\n    # quickbooks\n', 0),
        ("a.html", "<p>{% if key == 'quickbooks' %}", 1),
        ("a.html", "<p>{{ provider }}</p>", 0),
    ],
)
def test_a_providers_name_is_seen(tmp_path: Path, name: str, text: str, found: int) -> None:
    (tmp_path / name).write_text(text)
    assert len(list(providers_named(tmp_path / name))) == found


def test_every_part_is_in_the_layers() -> None:
    arrows = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    parts = {path.name for path in SOURCE.iterdir() if (path / "__init__.py").is_file()}
    missing = [part for part in sorted(parts) if not re.search(rf"tieout\.{part}\b", arrows)]
    assert not missing, shown(missing)
