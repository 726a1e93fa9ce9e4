"""The demo company behind the sandbox, built once a process; each test finds the sandbox well-behaved."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tieout.providers.quickbooks.tests.served import Served, serve


@pytest.fixture(scope="session")
def _demo() -> Served:
    return serve()


@pytest.fixture
def served(_demo: Served) -> Iterator[Served]:
    yield _demo
    _demo.reset()
