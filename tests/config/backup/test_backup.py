"""Backups as a self-hoster makes them and brings them back, on both databases (proof 26)."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from tests import machine
from tests.config.backup.installations import ROOT, Installation
from tieout.config.backup import archive, sqlite
from tieout.config.backup.archive import CannotRestore
from tieout.proofs import servers
from tieout.providerkit.sandbox_host import served
from tieout.providers.quickbooks.sandbox import Sandbox, make_sandbox

pytestmark = [pytest.mark.slow, pytest.mark.network]


@pytest.fixture(scope="module")
def sandbox() -> Sandbox:
    return make_sandbox("large:4000", limits=False)


@pytest.fixture(scope="module")
def address(sandbox: Sandbox) -> Iterator[str]:
    with served(sandbox.app) as at:
        yield at


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a PostgreSQL server, or "" for SQLite."""
    if request.param == "sqlite":
        yield ""
        return
    if machine.postgresql() is None:
        pytest.skip("no PostgreSQL on this machine")
    with servers.own_server(faster=True) as made:
        yield made.url


@pytest.fixture(scope="module")
def empty(server: str, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An installation that holds nothing, to be copied."""
    return Installation.new(tmp_path_factory.mktemp("empty"), "empty", server)


@pytest.fixture(scope="module")
def in_use(empty: Installation, address: str, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An installation with a person, a company and a connection that waits for its first sync; to be copied."""
    made = empty.twin(tmp_path_factory.mktemp("in_use"), "in_use")
    made.stage("connect", address)
    return made


# What does not depend on the database is shown on one: each of these starts a dozen processes.
ON_SQLITE = pytest.mark.parametrize("server", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("server", ["postgresql"], indirect=True)


def until(holds: Callable[[], bool], patience: float = 120.0) -> None:
    end = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def over(installation: Installation) -> bool:
    return not installation.rows("SELECT 1 FROM connections_syncrun WHERE state IN ('queued', 'running')")


def test_a_backup_during_a_sync_comes_back_whole_and_the_sync_goes_on(
    empty: Installation, address: str, tmp_path: Path
) -> None:
    live = empty.twin(tmp_path, "live")
    planted = live.stage("connect", address)["planted"]
    log, file = tmp_path / "log", tmp_path / "backup.zip"
    with live.worker(address, log):
        until(lambda: log.exists() and len(log.read_text().splitlines()) > 5)
        made = live.run("backup", str(file))
        assert made.returncode == 0, made.stderr
        until(lambda: over(live))  # the backup has held nobody up
    assert "token.keys" in made.stdout
    assert live.stage("figures", address)["runs"] == ["published"]

    manifest = archive.manifest_of(file)
    unpacked = tmp_path / "unpacked"
    archive.extract(file, unpacked)
    everything = file.read_bytes() + unpacked.read_bytes()
    keys = [path.read_text().strip() for path in live.data.glob("*.key*")]
    assert len(keys) == 2
    for secret in (*planted, *keys):
        assert secret.encode() not in everything

    other = empty.twin(tmp_path, "other")
    for key in live.data.glob("*.key*"):
        (other.data / key.name).write_text(key.read_text())
    restored = other.run("restore", str(file))
    assert restored.returncode == 0, restored.stderr
    assert "1 of 1 authorisations can be opened" in restored.stdout
    again = other.run("backup", str(tmp_path / "again.zip"))
    assert again.returncode == 0, again.stderr
    ours = archive.manifest_of(tmp_path / "again.zip").tables
    runs = "connections_syncrun"  # whose fence has moved, so that no process from before can write to it
    assert {**ours, runs: None} == {**manifest.tables, runs: None}
    assert other.stage("figures", address)["runs"] == ["running"]

    with other.worker(address, tmp_path / "other log"):
        until(lambda: over(other))
        other.stage("request", address)
        until(lambda: over(other))
    end = other.stage("figures", address)
    assert end["runs"] == ["published", "unchanged"]
    assert end["ours"] == end["theirs"]


@ON_SQLITE
def test_without_the_key_the_tokens_are_useless_and_the_connection_says_so(
    in_use: Installation, empty: Installation, address: str, tmp_path: Path
) -> None:
    assert in_use.run("backup", str(tmp_path / "keyed.zip")).returncode == 0
    other = empty.twin(tmp_path, "unkeyed")
    restored = other.run("restore", str(tmp_path / "keyed.zip"))
    assert "0 of 1 authorisations can be opened" in restored.stdout
    assert "authorise those connections again" in restored.stdout
    with other.worker(address, tmp_path / "log"):
        until(lambda: over(other))
    figures = other.stage("figures", address)
    assert (figures["state"], figures["runs"]) == ("reconnect", ["failed"])


@ON_SQLITE
def test_what_is_there_goes_only_if_asked(in_use: Installation, tmp_path: Path) -> None:
    file = tmp_path / "first.zip"
    assert in_use.run("backup", str(file)).returncode == 0
    assert in_use.run("backup", str(file)).returncode == 1  # replaces none
    people = "SELECT email FROM auth_user"
    second = in_use.twin(tmp_path, "second")
    _write(second, "UPDATE auth_user SET email = 'somebody@example.com'")
    refused = second.run("restore", str(file))
    assert refused.returncode == 1
    assert "holds data already. Nothing was changed." in refused.stderr
    assert second.rows(people) == [("somebody@example.com",)]
    assert second.run("restore", str(file), "--replace").returncode == 0
    assert second.rows(people) == [("ann@example.com",)]
    assert _left_over(second) == []


def test_a_restore_that_fails_at_any_step_changes_nothing(in_use: Installation, tmp_path: Path) -> None:
    first = in_use
    file = tmp_path / "whole.zip"
    assert first.run("backup", str(file)).returncode == 0
    before = archive.manifest_of(file).tables
    manifest = archive.manifest_of(file)
    unpacked = tmp_path / "unpacked"
    archive.extract(file, unpacked)

    said = dict(manifest.tables)
    said["auth_user"] = msgspec.structs.replace(said["auth_user"], rows=7)
    spoilt = {
        "says another content": (msgspec.structs.replace(manifest, tables=said), unpacked.read_bytes()),
        "is of a newer version": (
            msgspec.structs.replace(manifest, migrations=[*manifest.migrations, "ledger.9999_later"]),
            unpacked.read_bytes(),
        ),
        "has another database": (manifest, unpacked.read_bytes()[:-100]),
        "is of another kind": (
            msgspec.structs.replace(manifest, database="sqlite" if first.server else "postgresql"),
            unpacked.read_bytes(),
        ),
    }
    for name, (its_manifest, database) in spoilt.items():
        wrong, content = tmp_path / f"{name}.zip", tmp_path / "content"
        content.write_bytes(database)
        archive.write(wrong, content, its_manifest)
        refused = first.run("restore", str(wrong), "--replace")
        assert refused.returncode == 1, name
        assert "Nothing was changed." in refused.stderr, name
        assert "Traceback" not in refused.stderr, name
    assert first.run("backup", str(tmp_path / "after.zip")).returncode == 0
    assert archive.manifest_of(tmp_path / "after.zip").tables == before
    assert _left_over(first) == []


@ON_POSTGRESQL
def test_an_older_backup_is_brought_to_this_versions_form(empty: Installation, tmp_path: Path) -> None:
    older = empty.twin(tmp_path, "older")
    back = [sys.executable, "-m", "django", "migrate", "connections", "0001"]
    subprocess.run(back, env=older.environment, cwd=ROOT, check=True, capture_output=True)  # noqa: S603
    _write(older, "INSERT INTO auth_user (password, is_superuser, username, first_name, last_name, email, is_staff, "
           "is_active, date_joined) VALUES ('x', false, 'old', '', '', 'old@example.com', false, true, "
           "'2026-01-01')")  # fmt: skip
    assert older.run("backup", str(tmp_path / "older.zip")).returncode == 0
    newer = empty.twin(tmp_path, "newer")
    assert newer.run("restore", str(tmp_path / "older.zip")).returncode == 0
    assert newer.rows("SELECT email FROM auth_user") == [("old@example.com",)]
    assert newer.rows("SELECT name FROM django_migrations WHERE app = 'connections' AND name LIKE '0002%'")


@ON_POSTGRESQL
def test_without_postgresqls_programs_it_says_what_to_install(empty: Installation, tmp_path: Path) -> None:
    refused = empty.run("backup", str(tmp_path / "none.zip"), PATH=str(tmp_path))
    assert refused.returncode == 1
    assert "postgresql-client" in refused.stderr
    assert not (tmp_path / "none.zip").exists()


# --- the file itself ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def backup(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of an empty installation on SQLite."""
    folder = tmp_path_factory.mktemp("file")
    assert Installation.new(folder, "empty").run("backup", str(folder / "backup.zip")).returncode == 0
    return folder / "backup.zip"


def test_a_changed_byte_is_refused_or_was_of_no_meaning(backup: Path, tmp_path: Path) -> None:
    whole = backup.read_bytes()
    right = archive.extract(backup, tmp_path / "right")
    rng, wrong, out = random.Random(20261124), tmp_path / "wrong.zip", tmp_path / "out"
    refused = 0
    for _ in range(400):
        place = rng.randrange(len(whole))
        wrong.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << rng.randrange(8)]) + whole[place + 1 :])
        try:
            found = archive.extract(wrong, out)
        except CannotRestore:
            refused += 1
        else:  # a date or a flag of the zip itself
            assert found == right
            assert out.read_bytes() == (tmp_path / "right").read_bytes()
    assert refused > 350


@pytest.mark.parametrize("part", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_file_that_is_cut_off_is_refused(part: float, backup: Path, tmp_path: Path) -> None:
    whole = backup.read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[: int(len(whole) * part)])
    with pytest.raises(CannotRestore, match=r"Nothing was changed\."):
        archive.extract(tmp_path / "cut.zip", tmp_path / "out")


def test_foreign_files_are_refused(tmp_path: Path) -> None:
    other, out = tmp_path / "other.zip", tmp_path / "out"
    with zipfile.ZipFile(other, "w") as foreign:
        foreign.writestr("holiday.txt", "sun")
    contents: list[object] = [None, {"product": "other"}, {}, [], {"format": 2}]
    for content in contents:
        if content is not None:
            with zipfile.ZipFile(other, "w") as foreign:
                foreign.writestr("manifest.json", json.dumps(content))
        with pytest.raises(CannotRestore, match=r"Nothing was changed\."):
            archive.extract(other, out)
    for name in ("missing.zip", "."):
        with pytest.raises(CannotRestore):
            archive.extract(tmp_path / name, out)


def test_the_file_is_for_its_owner_only_and_nothing_else_is_left(backup: Path) -> None:
    assert backup.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in backup.parent.iterdir()) == ["backup.zip", "empty"]


def test_readers_see_the_old_or_the_new_while_it_is_replaced(tmp_path: Path) -> None:
    import sqlite3
    import threading
    from contextlib import closing

    live, new = tmp_path / "live", tmp_path / "new"
    for path, amount in ((live, 1), (new, 2)):
        with closing(sqlite3.connect(path)) as database:
            database.execute("PRAGMA journal_mode=WAL")
            database.execute("CREATE TABLE line (id INTEGER PRIMARY KEY, amount INTEGER)")
            database.executemany("INSERT INTO line (amount) VALUES (?)", [(amount,)] * 50_000)
            database.commit()
    seen: set[tuple[int, int]] = set()
    stop = threading.Event()

    def read() -> None:
        with closing(sqlite3.connect(live, timeout=20)) as database:
            while not stop.is_set():
                seen.add(database.execute("SELECT min(amount), max(amount) FROM line").fetchone())

    reader = threading.Thread(target=read)
    reader.start()
    until(lambda: (1, 1) in seen, 20)
    sqlite.replace(live, new)
    until(lambda: (2, 2) in seen, 20)
    stop.set()
    reader.join()
    assert seen == {(1, 1), (2, 2)}


def _write(installation: Installation, statement: str) -> None:
    if installation.server:
        import psycopg

        with psycopg.connect(installation.environment["DATABASE_URL"]) as connection:
            connection.execute(statement.encode())
        return
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(installation.file)) as file:
        file.execute(statement)
        file.commit()


def _left_over(installation: Installation) -> list[object]:
    """Return what a restore has forgotten to take away."""
    if installation.server:
        return list(installation.rows("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'tieout%'"))
    return [it.name for it in installation.data.iterdir() if "restore" in it.name]
