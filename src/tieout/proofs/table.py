"""What came of the claims, for people: one line a claim, and what differed below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tieout.proofs.outcome import Outcome

WIDTH = 78


def verdict(outcome: Outcome) -> str:
    """Return the one word on a claim. What was not tried has not passed."""
    if outcome.failures:
        return "FAILED"
    return "passed" if outcome.passed else "not run"


def head() -> str:
    """Return the table's first line."""
    return f"{'ROW':<4} {'CLAIM':<{WIDTH}} {'TRIALS':>7} {'FAILURES':>9} {'SEED':>11} {'SECONDS':>8}  RESULT"


def row(outcome: Outcome) -> str:
    """Return a claim's line."""
    counts = f"{outcome.trials:>7,} {len(outcome.failures):>9,} {outcome.seed:>11} {outcome.seconds:>8.1f}"
    return f"{outcome.claim:<4} {outcome.says:<{WIDTH}} {counts}  {verdict(outcome)}"


def below(outcome: Outcome, again: Sequence[str]) -> Iterator[str]:
    """Yield what stands below a claim's line; ``again`` are the commands that repeat its failures."""
    if outcome.measured:
        yield "       " + ", ".join(f"{number:,} {what}" for what, number in outcome.measured.items())
    if outcome.not_run:
        yield f"       not run: {outcome.not_run}"
    for tried, command in zip(outcome.failures, again, strict=True):
        yield f"       trial {tried.number}: {tried.broken}"
        yield f"       again: {command}"
