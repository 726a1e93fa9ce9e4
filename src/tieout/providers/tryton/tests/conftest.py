"""Harbour Lights on a real server, started once: tests read there, and post on servers of their own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from tieout.providers.tryton.server import Server, prepared
from tieout.providers.tryton.tests.harbour import ORDERS
from tieout.providers.tryton.tests.served import Served, Wire


@pytest.fixture(scope="session")
def harbour() -> Iterator[Served]:
    with Server(prepared(ORDERS)[0]) as server:
        served = Served(server)
        served.access()  # a password takes its time: one login is enough for all
        yield served


@pytest.fixture
def served(harbour: Served) -> Iterator[Served]:
    with closing(Wire()) as wire:
        yield replace(harbour, wire=wire, observed=[], secrets=list(harbour.secrets))
