"""Which tests one worker takes together: those that share what is dear to start. They go ahead of all others.

The longest are among them, so that no worker begins one of those when the other has nothing left to do. Named here and
not by a mark: xdist 3.8 loses its own groups under pytest 9.2 (pytest-xdist's issue 1386), and says nothing of it.
"""

from __future__ import annotations

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

_TRYTON = "src/tieout/providers/tryton/tests"
TOGETHER = (
    "tests/e2e/",  # a demo, a browser, and a person whose books are in
    "tests/config/backup/",  # installations on both databases
    "tests/config/test_commands.py",  # a migrated installation
    "tests/proofs/test_command.py",  # the short form, which is long
    *(f"{_TRYTON}/test_{name}.py" for name in ("books", "contract", "grant", "server")),  # a server each
)


class Together(LoadScopeScheduling):  # type: ignore[misc] # xdist tells no types
    """Hands out these groups, the largest first, then one test after the other."""

    def _split_scope(self, nodeid: str) -> str:
        return next((group for group in TOGETHER if nodeid.startswith(group)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Together:
    """Schedule so wherever there are several workers."""
    return Together(config, log)
