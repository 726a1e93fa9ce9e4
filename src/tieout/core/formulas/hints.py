"""What is said of a piece of text that stands where it cannot."""

from __future__ import annotations

from tieout.core.formulas.functions import COMPARISONS
from tieout.core.formulas.lexer import Kind, Token


def unexpected(token: Token, before: Token | None) -> str:
    """Return a sentence for a token that does not fit; ``before`` is the one before it."""
    if token.kind is Kind.SIGN:
        return _sign(token, before)
    if token.kind is Kind.END:
        return "The formula ends too early."
    if before and before.kind is not Kind.SIGN:
        return f"An operator is missing before {token.text}: + − * /. Names with spaces are written in single quotes."
    return f"{token.text} is not expected here."


def _sign(token: Token, before: Token | None) -> str:
    value_before = before and (before.kind is not Kind.SIGN or before.text in (")", "]", "%"))
    if token.text == "," and before and before.kind is Kind.NUMBER:
        return "A comma stands between the arguments of a function. Write numbers without separators: 1000."
    if token.text in COMPARISONS:
        return "A comparison stands in the first part of if only: if(a > b, x, y)."
    if token.text == "%":
        return "A percent sign stands behind a number: 12%."
    if token.text == ")" and value_before:
        return "This bracket was never opened."
    return f"{token.text} is not expected here."
