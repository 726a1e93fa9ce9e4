"""Row 3: the database goes away in the middle of a sync: the power is cut, or the server is killed."""

from __future__ import annotations

import shutil
import sqlite3
import struct
import time
from pathlib import Path
from random import Random

from django.db import Error as DatabaseError
from django.db import connection as database

from tieout.connections.models import SyncRun
from tieout.proofs import queries
from tieout.proofs.ground import FileHome, Trial
from tieout.proofs.kills import LEASE, Scene, scene
from tieout.proofs.outcome import Measured, NotPossible, must
from tieout.proofs.processes import Processes, until, written
from tieout.proofs.tying import must_be_well, must_equal_line_by_line

_FRAME_HEAD, _LOG_HEAD = 24, 32  # bytes, of SQLite's write-ahead log


def power_cut(at: Trial) -> Measured:
    """Keep the file as it stands at random moments of a sync; from each copy the sync must come to its right end."""
    home = at.ground.home
    assert isinstance(home, FileHome)
    copies: list[Path] = []
    with scene(at, 1_000 if at.short else 10_000) as here:
        run = here.link.request()
        with database.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # the request itself is on the disk for good
        worker = here.worker()
        until(lambda: bool(written(here.log)), "a first write")
        while len(copies) < (1 if at.short else 5) and not here.ended(run):
            time.sleep(at.dice.uniform(0, 0.3))
            worker.freeze()  # no writer moves: what lies on the disk now is what a power cut would leave
            copies.append(_copy(home.path, at.ground.file("cut.sqlite3"), at.dice))
            worker.thaw()
        here.finish(run)
        for copy in copies:
            _must_come_to_its_end(at, here, run, copy)
    return {"power cuts": len(copies)}


def _copy(path: Path, copy: Path, dice: Random) -> Path:
    """Copy a database with its log; of the log's end, which no disk was made to keep yet, a part may be lost."""
    shutil.copyfile(path, copy)
    log = path.with_name(f"{path.name}-wal")
    if log.exists():
        kept = Path(f"{copy}-wal")
        shutil.copyfile(log, kept)
        size = kept.stat().st_size
        first = _in_the_file_already(path, kept)
        if size > first and dice.random() < 0.7:
            with kept.open("r+b") as torn:
                torn.truncate(dice.randrange(first, size))
    return copy


def _in_the_file_already(path: Path, log: Path) -> int:
    """Return up to which byte the log has been brought into the file: that much was forced to disk before."""
    index = path.with_name(f"{path.name}-shm").read_bytes()
    (pages_done,) = struct.unpack_from("=I", index, 96)  # nBackfill of the index's checkpoint info
    with log.open("rb") as opened:
        head = opened.read(_LOG_HEAD)
    page = struct.unpack_from(">I", head, 8)[0] if len(head) == _LOG_HEAD else 0
    return min(log.stat().st_size, _LOG_HEAD + int(pages_done) * (int(page) + _FRAME_HEAD))


def _must_come_to_its_end(at: Trial, here: Scene, run: SyncRun, copy: Path) -> None:
    sound = sqlite3.connect(copy)
    try:
        told = sound.execute("PRAGMA integrity_check").fetchone()[0]
    finally:
        sound.close()
    must(told == "ok", f"the copy is broken: {told}")
    with at.ground.moved_to(copy), Processes(at.ground, url=f"sqlite:///{copy}") as processes:
        processes.worker(address=here.address, log=at.ground.file("written"), lease=LEASE)
        until(lambda: here.ended(run), "the end of the run after a power cut")
        must_be_well(queries.run_now(run))
        must_equal_line_by_line(here.link)


def server_killed(at: Trial) -> Measured:
    """Kill the database server under a working worker and start it again; nobody does anything else."""
    server, kills = at.ground.server, 0
    if server is None:
        raise NotPossible("this needs a database server of our own, which may be killed")
    with scene(at, 1_000 if at.short else 20_000) as here:
        run = here.link.request()
        here.worker()
        until(lambda: bool(written(here.log)), "a first write")
        while kills < (1 if at.short else 5) and not _ended(here, run):
            time.sleep(at.dice.uniform(0, 0.6))
            server.crash()
            kills += 1
            database.close()
            time.sleep(at.dice.uniform(0, 1.0))
            server.start()
            seen = len(written(here.log))
            until(lambda seen=seen: len(written(here.log)) > seen or _ended(here, run), "a write after the crash")  # type: ignore[misc]
        until(lambda: _ended(here, run), "the end of the run after a crash")
        here.finish(run)
    return {"crashes": kills}


def _ended(here: Scene, run: SyncRun) -> bool:
    try:
        return here.ended(run)
    except DatabaseError:
        database.close()
        return False
