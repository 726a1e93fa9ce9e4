"""What this machine has of the things that some tests need."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tieout.proofs import servers
from tieout.providers.tryton.server.installing import Missing, blank


def chromium() -> str | None:
    """Return the path of a Chromium to drive, or None."""
    named = os.environ.get("CHROMIUM", "")
    if named and Path(named).exists():
        return named
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def postgresql() -> Path | None:
    """Return the folder of PostgreSQL's server binaries, or None."""
    return servers.binaries()


def hledger() -> str | None:
    """Return the path of hledger, whose word on the same books stands beside ours, or None."""
    return shutil.which("hledger")


def beancount() -> str | None:
    """Return the path of beancount's bean-query, or None."""
    return shutil.which("bean-query")


def tryton() -> bool:
    """Whether there is a Tryton to start: it is installed, which may take a minute, unless it is there."""
    try:
        blank()
    except Missing:
        return False
    return True


def required() -> frozenset[str]:
    """Return what REQUIRE names: without it the run is a failure."""
    return frozenset(filter(None, os.environ.get("REQUIRE", "").replace(" ", "").split(",")))
