"""No label becomes a formula (proofs 24)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tieout.core.spreadsheet import as_meant, harmless


@given(st.sampled_from("=+-@\t\r\n"), st.text())
def test_a_text_that_begins_like_a_formula_is_marked_as_text(first: str, rest: str) -> None:
    assert harmless(first + rest) == "'" + first + rest


@given(st.text(min_size=1).filter(lambda it: it[0] not in "=+-@\t\r\n"))
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


@given(st.text().filter(lambda it: as_meant(it) == it))
def test_what_was_marked_is_as_it_was_meant(text: str) -> None:
    assert as_meant(harmless(text)) == text
