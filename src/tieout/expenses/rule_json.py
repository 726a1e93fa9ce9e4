"""How a rule is kept in its row, and read again: whatever is not understood is refused, never guessed."""

from __future__ import annotations

import msgspec

from tieout.core.rules import Criterion, Field, Rule, Term, Verb

_Plain = dict[str, object]


class _Term(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    text: str = ""
    id: int = 0


class _Criterion(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    field: Field
    verb: Verb
    terms: list[_Term] = []
    dimension: int = 0
    low: int | None = None
    high: int | None = None


def to_json(rule: Rule) -> list[_Plain]:
    """Return what the row keeps."""
    kept = [
        _Criterion(it.field, it.verb, [_Term(term.text, term.id) for term in it.terms], it.dimension, it.low, it.high)
        for it in rule.criteria
    ]
    plain: list[_Plain] = msgspec.to_builtins(kept)
    return plain


def from_json(kept: object) -> Rule:
    """Return the rule that a row keeps. Raise msgspec.ValidationError for anything else."""
    return Rule(
        tuple(
            Criterion(
                field=it.field,
                verb=it.verb,
                terms=tuple(Term(term.text, term.id) for term in it.terms),
                dimension=it.dimension,
                low=it.low,
                high=it.high,
            )
            for it in msgspec.convert(kept, list[_Criterion])
        )
    )
