"""Which claims are tried, with which seeds, and what the table says of them."""

from __future__ import annotations

from importlib import import_module

import pytest

from tieout.proofs import table
from tieout.proofs.claims import CLAIMS, chosen, seed_of
from tieout.proofs.outcome import Outcome, Tried


def test_rows_are_chosen_by_numbers_and_ranges() -> None:
    assert {claim.row for claim in chosen("1,4")} == {1, 4}
    assert {claim.row for claim in chosen("1-2, 4")} == {1, 2, 4}
    assert chosen("") == CLAIMS


@pytest.mark.parametrize("rows", ["x", "1-", "-3", "19", "0", "1,,2"])
def test_what_is_no_row_is_refused(rows: str) -> None:
    with pytest.raises(ValueError, match="row"):
        chosen(rows)


def test_a_trial_is_repeated_alone_by_its_own_seed() -> None:
    seeds = [seed_of(7, "8", number) for number in range(500)]
    assert len(set(seeds)) == 500
    assert [seed_of(own, "8", 0) for own in seeds] == seeds
    assert seed_of(7, "8", 3) != seed_of(7, "9", 3)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda it: it.key)
def test_each_claim_has_its_function(claim: object) -> None:
    found = next(it for it in CLAIMS if it is claim)
    module, _, name = found.function.partition(":")
    assert callable(getattr(import_module(f"tieout.proofs.{module}"), name))
    assert len(found.says) <= table.WIDTH


def test_what_was_not_tried_has_not_passed() -> None:
    outcome = Outcome(claim="3", says="It holds", seed=1)
    assert table.verdict(outcome) == "not run"
    outcome.take(Tried(number=0, seed=1, not_run="no server here"))
    assert not outcome.passed
    assert table.verdict(outcome) == "not run"
    assert list(table.below(outcome, [])) == ["       not run: no server here"]


def test_one_broken_trial_among_many_is_a_failure() -> None:
    outcome = Outcome(claim="8", says="It holds", seed=1)
    for number in range(5):
        outcome.take(Tried(number=number, seed=number, measured={"lines": 2}, broken="off by 1.00" * (number == 3)))
    assert (outcome.trials, len(outcome.failures), outcome.measured) == (5, 1, {"lines": 10})
    assert table.verdict(outcome) == "FAILED"
    assert "       trial 3: off by 1.00" in list(table.below(outcome, ["again"]))
