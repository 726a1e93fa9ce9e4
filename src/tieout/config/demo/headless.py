"""The whole journey over TCP, as a person would make it, and what it must show. Opens no database."""

from __future__ import annotations

import csv
import io
import random
import secrets
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlencode

import httpx2
import msgspec

from tieout.config.demo.browser import Browser
from tieout.config.demo.processes import Running
from tieout.config.demo.shapes import Outcome, Report, Run, SandboxBooks, SandboxCalls, State
from tieout.providerkit.demo_way import Way

_PATIENCE = 1800.0  # seconds that a sync may take
_CELLS = 3
_WHOLE = Decimal(100)
_ENDED = ("published", "unchanged", "held", "failed")


class Journey:
    """Signs up, connects, syncs, checks; syncs again; breaks a figure at the sandbox and syncs once more."""

    def __init__(self, at: Running, provider: str, way: Way, say: Callable[[str], None]) -> None:
        self._at = at
        self._provider = provider
        self._way = way
        self._say = say
        self._browser = Browser()
        self._company = ""
        self.outcome = Outcome()
        self.failures: list[str] = []

    def make(self) -> None:
        """Make the whole journey; what does not hold is in ``failures``."""
        self._sign_up()
        self._connect()
        self._first_sync()
        self._evidence()
        self._second_sync()
        self._broken_figure()
        self._only_reads()

    def _sign_up(self) -> None:
        person = f"{secrets.token_hex(4)}@example.com"
        self._browser.open(f"{self._at.site}/accounts/signup/")
        self._browser.submit("signup", email=person, password1=secrets.token_urlsafe(16))
        arrived = self._browser.submit("", name="Headless demo")
        self._company = arrived.split("/c/", 1)[1].split("/", 1)[0]
        self._say(f"signed up as {person}, company {self._company}")

    def _connect(self) -> None:
        self._browser.open(self._page(f"integrations/connect/?provider={self._provider}"))
        typed = {f"login-{name}": value for name, value in self._way.login.items()}
        self._browser.submit("integrations/connect", provider=self._provider, history="everything", **typed)
        if typed:
            self._say("logged in at the server, first sync started")
            return
        form, decision = self._way.consent
        self._browser.submit(form, decision=decision)  # the consent page, at the sandbox
        self._say("consent given at the sandbox, first sync started")

    def _first_sync(self) -> None:
        run = self._follow()
        books = self._sandbox_books()
        state = self._state()
        seen = self.outcome
        seen.calls, seen.compared = run.calls, run.compared
        seen.largest_difference, seen.import_seconds = run.largest, round(run.seconds, 2)
        seen.lines_stored, seen.lines_posted = state.lines, books.companies[0].lines_posted
        seen.worker_peak_mb = peak_memory(self._at.worker)
        seen.tied = run.state == "published" and run.differing == 0 and state.verified is True
        self._say(f"first sync: {run.state} in {run.seconds:.1f} s, {run.calls} provider calls")
        self._say(f"lines stored {seen.lines_stored:,}, posted at the sandbox {seen.lines_posted:,}")
        self._say(f"accounts × months compared {run.compared:,}, largest difference {run.largest}")
        self._say(f"the worker's peak memory {seen.worker_peak_mb} MB")
        self._must(seen.tied, f"the first sync must tie: {run.state}, {run.differing} differ. {run.reason}")
        self._must(seen.compared > 0, "at least one balance must be compared")
        seen.itemised_percent = state.itemised_percent
        self._say(f"itemised by single postings: {seen.itemised_percent} % of what moved")
        whole = Decimal(seen.itemised_percent or 0) == _WHOLE
        if self._way.itemises:
            self._must(whole, "every movement must be itemised")
            self._must(seen.lines_stored == seen.lines_posted, "every posted line must be stored, once")
        else:
            self._must(not whole, "what is in no document must be told")

    def _evidence(self) -> None:
        """Sum the entries of three random cells and compare each with its cell."""
        report = self._browser.json(self._page("reports/expenses.json"), Report)
        cells = [
            (row, month, Decimal(amount))
            for row in report.rows
            for month, amount in row.amounts.items()
            if Decimal(amount)
        ]
        self._must(bool(cells), "the books must hold an expense to look into")
        for row, month, amount in random.sample(cells, min(_CELLS, len(cells))):
            asked = urlencode({"row": f"expense:{row.expense.id}", "month": month})
            text = self._browser.text(self._page(f"expenses/entries.csv?{asked}"))
            lines = list(csv.DictReader(io.StringIO(text)))
            total = sum((Decimal(line["Amount"]) for line in lines), Decimal())
            self._say(f"{row.account.name}, {month}: the cell is {amount}, its entries ({len(lines)}) sum to {total}")
            self._must(total == amount, f"the lines of {row.account.name} in {month} must sum to the cell")

    def _second_sync(self) -> None:
        self._refresh()
        run = self._follow()
        self.outcome.second_sync_rows = run.rows_written
        self._say(f"second sync: {run.state}, {run.rows_written} rows written")
        self._must(
            run.state == "unchanged" and run.rows_written == 0, f"an unchanged book must write nothing: {run.reason}"
        )

    def _broken_figure(self) -> None:
        """Shift a balance: it holds the sync, or is told as not itemised where the platform itemises not everything."""
        self._control("faults", {"trial_balance_shift": {"amount": "1.00"}})
        self._refresh()
        run = self._follow()
        self.outcome.held_on_difference = run.state == "held"
        self._say(f"one figure of the trial balance broken: the sync is {run.state}. {run.reason}")
        if self._way.itemises:
            self._must(self.outcome.held_on_difference, "a balance that no longer ties must hold the sync")
        else:
            self._must(run.state == "published" and run.rows_written > 0, "it must be told as not itemised")

    def _only_reads(self) -> None:
        """Require that nothing but known reads and the grant's own calls has reached the sandbox."""
        answer = httpx2.get(f"{self._at.sandbox}/control/calls", trust_env=False, timeout=120)
        seen = msgspec.json.decode(answer.content, type=SandboxCalls)
        self._say(f"the sandbox counted {seen.total} calls, {seen.outside_calls} of them no known read")
        self._must(seen.outside_calls == 0, "no request may reach the provider that is not a known read")

    # --- ways and means ----------------------------------------------------------------------------------------

    def _must(self, holds: bool, why: str) -> None:
        if not holds:
            self.failures.append(why)

    def _page(self, path: str) -> str:
        return f"{self._at.site}/c/{self._company}/{path}"

    def _state(self) -> State:
        return self._browser.json(self._page("integrations.json"), State)

    def _refresh(self) -> None:
        self._browser.open(self._page("integrations/"))
        self._browser.submit("integrations/refresh")

    def _follow(self) -> Run:
        """Wait for the last run's end."""
        number = self._state().last_run.id
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            run = self._browser.json(self._page(f"integrations/runs/{number}.json"), Run)
            if run.state in _ENDED:
                return run
            time.sleep(0.1)
        raise TimeoutError(f"the sync did not end within {_PATIENCE:.0f} s")

    def _sandbox_books(self) -> SandboxBooks:
        answer = httpx2.get(f"{self._at.sandbox}/control/books", trust_env=False, timeout=120)
        return msgspec.json.decode(answer.content, type=SandboxBooks)

    def _control(self, command: str, body: dict[str, object]) -> None:
        httpx2.post(f"{self._at.sandbox}/control/{command}", json=body, trust_env=False).raise_for_status()


def peak_memory(process: int) -> float | None:
    """Return the most memory that a process held so far, in MB; None where the system does not tell."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return None
    peak = next((line for line in status.splitlines() if line.startswith("VmHWM:")), None)
    return None if peak is None else round(int(peak.split()[1]) / 1024, 1)
