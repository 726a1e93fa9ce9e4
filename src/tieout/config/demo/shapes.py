"""What the journey reads of the site's and the sandbox's JSON: no more than it needs."""

from __future__ import annotations

from datetime import datetime

import msgspec


class Outcome(msgspec.Struct, kw_only=True):
    """What the journey saw. ``largest_difference`` is a decimal text; ``worker_peak_mb`` is None without /proc."""

    tied: bool = False
    calls: int = 0
    lines_stored: int = 0
    lines_posted: int = 0
    compared: int = 0
    largest_difference: str = ""
    import_seconds: float = 0.0
    worker_peak_mb: float | None = None
    second_sync_rows: int = -1
    held_on_difference: bool = False
    itemised_percent: str | None = None


class Run(msgspec.Struct):
    """A run as the site tells it."""

    id: int
    state: str
    calls: int
    rows_written: int
    compared: int
    differing: int
    largest: str
    reason: str
    remedy: str
    started: datetime | None
    finished: datetime | None

    @property
    def seconds(self) -> float:
        """From the worker's first look to its last word."""
        if self.started is None or self.finished is None:
            return 0.0
        return (self.finished - self.started).total_seconds()


class State(msgspec.Struct):
    """A company's books as the site tells them."""

    last_run: Run
    lines: int
    verified: bool | None
    itemised_percent: str | None


class Account(msgspec.Struct):
    id: str
    name: str


class Expense(msgspec.Struct):
    id: int


class Row(msgspec.Struct):
    account: Account
    expense: Expense
    amounts: dict[str, str]


class Report(msgspec.Struct):
    rows: list[Row]


class SandboxCompany(msgspec.Struct):
    realm: str
    lines_posted: int


class SandboxBooks(msgspec.Struct):
    """All companies of a sandbox, by its control address. The first is the main one."""

    companies: list[SandboxCompany]


class SandboxCalls(msgspec.Struct):
    """What arrived at a sandbox: ``outside_calls`` are requests that are neither a known read nor the grant's own."""

    total: int
    outside_calls: int
