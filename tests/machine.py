"""What this machine has of the things that some tests need."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def chromium() -> str | None:
    """Return the path of a Chromium to drive, or None."""
    named = os.environ.get("CHROMIUM", "")
    if named and Path(named).exists():
        return named
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def postgresql() -> Path | None:
    """Return the folder of PostgreSQL's server binaries, the newest that Debian has, or the one on PATH, or None."""
    found = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").exists()]
    if found:
        return max(found, key=lambda path: int(path.parent.name))
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def required() -> frozenset[str]:
    """Return what REQUIRE names: without it the run is a failure."""
    return frozenset(filter(None, os.environ.get("REQUIRE", "").replace(" ", "").split(",")))
