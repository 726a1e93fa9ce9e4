"""The fixtures of every test: a database file, a company and three people.

Alice owns the company, Bob may look at it, Charlie is a stranger. So each page can be asked the three questions.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from tests import machine

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from tieout.companies.models import Company

PASSWORD = "correct horse battery staple"

hypothesis.settings.register_profile("tieout", deadline=None, derandomize=bool(machine.required()))
hypothesis.settings.load_profile("tieout")


def on_postgresql() -> bool:
    """Return whether this session's database is PostgreSQL."""
    return os.environ.get("DATABASE_URL", "").startswith("postgres")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, with the reason, what this machine cannot run; keep in one process what shares a server."""
    lacking = {}
    if machine.chromium() is None:
        lacking["browser"] = pytest.mark.skip(reason="no Chromium on this machine")
    if not on_postgresql():
        lacking["postgresql"] = pytest.mark.skip(reason="this session's database is not PostgreSQL")
    if any(item.get_closest_marker("tryton") for item in items) and not machine.tryton():
        lacking["tryton"] = pytest.mark.skip(reason="Tryton could not be installed on this machine")
    for item in items:
        for name, skip in lacking.items():
            if item.get_closest_marker(name):
                item.add_marker(skip)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Wait for what ran beside this session, and repeat it and what could not run, so that it stands at the end."""
    pipe = os.environ.get("TIEOUT_TEST_REPORT", "")
    if pipe:
        with os.fdopen(int(pipe)) as told:
            report = told.read()
        terminalreporter.section("beside pytest, and not run")
        terminalreporter.write_line(report)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """Keep SQLite's test database in a file: threads and processes of a test share it as they do in earnest."""
    from django.db import connection

    with tempfile.TemporaryDirectory(prefix="tieout-db-") as folder:
        if not on_postgresql():
            connection.settings_dict["TEST"]["NAME"] = str(Path(folder) / "test.sqlite3")
        yield


@pytest.fixture(autouse=True)
def no_jobs_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Leave the next test no jobs of a test whose transactions were real."""
    yield
    marker = request.node.get_closest_marker("django_db")
    real = marker is not None and marker.kwargs.get("transaction")
    if on_postgresql() and (real or {"transactional_db", "live_server"} & set(request.fixturenames)):
        from tests.jobs.homes import empty

        with request.getfixturevalue("django_db_blocker").unblock():
            empty()


@pytest.fixture(scope="session", autouse=True)
def _audit_log_goes_with_its_test(django_db_setup: None) -> Iterator[None]:
    """Lets the end of a test empty SQLite's audit log, whose triggers refuse that; PostgreSQL's TRUNCATE asks none."""
    if on_postgresql():
        yield
        return
    from django.db.backends.sqlite3.operations import DatabaseOperations

    from tests.audit_triggers import lifted

    flush = DatabaseOperations.execute_sql_flush

    def lifting(self: DatabaseOperations, statements: list[str]) -> None:
        with lifted():
            flush(self, statements)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", lifting)
        yield


def _person(name: str) -> User:
    from django.contrib.auth.models import User

    return User.objects.create_user(username=name, email=f"{name}@example.com", password=PASSWORD)


@pytest.fixture
def alice(db: None) -> User:
    """Owns the company."""
    return _person("alice")


@pytest.fixture
def bob(db: None) -> User:
    """May look at the company."""
    return _person("bob")


@pytest.fixture
def charlie(db: None) -> User:
    """Is a stranger."""
    return _person("charlie")


@pytest.fixture
def company(alice: User, bob: User) -> Company:
    """Alice's company, with Bob as a viewer."""
    from tieout.companies import services
    from tieout.companies.models import Role

    made = services.create_company(name="Northwind Software", person=alice)
    services.add_member(made, newcomer=bob, role=Role.VIEWER, person=alice)
    return made
