"""The claims, by their rows. Knows no Django: a claim's module is loaded in the process that tries it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One claim: what it says, the function that tries it once, and how often it is tried by default."""

    key: str  # "3p": the row, and a letter where a row is tried in two ways
    says: str
    function: str  # "module:function" of tieout.proofs
    trials: int
    short: int  # trials of the short form
    home: str = ""  # the database that it needs, "sqlite" or "server" (a server of our own); "": either
    patience: float = 900.0  # seconds that one trial may take

    @property
    def row(self) -> int:
        """The number under which the claim is known."""
        return int(self.key.rstrip("abcdefghijklmnopqrstuvwxyz"))


CLAIMS = (
    Claim(
        key="1",
        says="A worker killed at any moment loses no line and doubles none",
        function="kills:killed_anywhere",
        trials=50,
        short=1,
    ),
    Claim(
        key="2",
        says="A killed sync is resumed within 30 s, and at most one page is fetched again",
        function="kills:resumed_in_time",
        trials=20,
        short=1,
    ),
    Claim(
        key="3",
        says="Power cut at any moment (SQLite): from what is left the sync comes to its end",
        function="power:power_cut",
        trials=10,
        short=1,
        home="sqlite",
    ),
    Claim(
        key="3p",
        says="The database server killed (PostgreSQL): back without a person",
        function="power:server_killed",
        trials=5,
        short=1,
        home="server",
    ),
    Claim(
        key="4",
        says="A worker frozen and thawed writes nothing more; the run is finished once",
        function="kills:frozen_and_thawed",
        trials=20,
        short=1,
    ),
    Claim(
        key="5",
        says="Fifty people press the button at once: one run, fifty equal answers",
        function="crowds:asked_by_many",
        trials=20,
        short=1,
    ),
    Claim(
        key="6",
        says="Many connections and four workers: never two runs of one connection at once",
        function="crowds:many_connections",
        trials=10,
        short=1,
    ),
    Claim(
        key="7",
        says="Pages that come again, in any order, give the same ledger",
        function="replays:replayed",
        trials=500,
        short=2,
    ),
    Claim(
        key="8",
        says="Any work in the books is there after the next sync, line by line",
        function="healing:any_history",
        trials=500,
        short=3,
    ),
    Claim(
        key="9",
        says="A gap that the change feed cannot bridge heals by itself",
        function="healing:long_gap",
        trials=100,
        short=1,
    ),
    Claim(
        key="10",
        says="Whatever is spoilt on a page, the figures stay or are right; it is named",
        function="spoilt:any_page",
        trials=100,
        short=1,
    ),
    Claim(
        key="11",
        says="Unknown fields go on; unknown types and missing keys are refused by name",
        function="spoilt:unknown_things",
        trials=50,
        short=1,
    ),
    Claim(
        key="12",
        says="In bad weather a sync completes, within the limits, and heeds Retry-After",
        function="weather:rough_weather",
        trials=50,
        short=1,
    ),
    Claim(
        key="13",
        says="A token that ends among many processes: one refresh, nobody is locked out",
        function="tokens:token_expires",
        trials=10,
        short=1,
    ),
    Claim(
        key="14",
        says="A revoked grant is asked once, then left alone; the figures stay",
        function="revoked:grant_revoked",
        trials=50,
        short=1,
    ),
    Claim(
        key="15",
        says="Each due time starts one run, over years and clock changes; an outage one",
        function="calendars:schedules",
        trials=30,
        short=2,
    ),
    Claim(
        key="16",
        says="A closed month that the books change is listed, told once, and stays",
        function="closed_months:restated",
        trials=200,
        short=1,
    ),
    Claim(
        key="17",
        says="Each sum shown, on page and chart and in files, is the sum of its lines",
        function="adding_up:adds_up",
        trials=1000,
        short=2,
    ),
    Claim(
        key="18",
        says="Under any rules, orders and marks each line is in one expense or stream",
        function="partition:partition",
        trials=1000,
        short=2,
    ),
    Claim(
        key="22",
        says="Only listed calls leave, to listed hosts; no redirect is followed",
        function="outbound:only_listed_calls",
        trials=20,
        short=1,
    ),
)


def chosen(only: str) -> tuple[Claim, ...]:
    """Return the claims of rows like "1,4,7-11", all of them for "". Raise ValueError for what is no row."""
    if not only.strip():
        return CLAIMS
    there = sorted({claim.row for claim in CLAIMS})
    rows: set[int] = set()
    for part in only.split(","):
        first, dash, last = part.strip().partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise ValueError(f"{part.strip()!r} is no row: write rows like 1,4,7-11")
        found = {row for row in there if int(first) <= row <= int(last or first)}
        if not found:
            raise ValueError(f"there is no row {part.strip()}; there are {', '.join(map(str, there))}")
        rows |= found
    return tuple(claim for claim in CLAIMS if claim.row in rows)


def seed_of(seed: int, key: str, number: int) -> int:
    """Return a trial's own seed. Trial 0 has the one given, so that any trial can be repeated alone by its seed."""
    if number == 0:
        return seed
    digest = hashlib.blake2b(f"{seed} {key} {number}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big")
