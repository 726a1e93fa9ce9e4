"""Moves: many posted in two calls, cancelled by their reversing move, left as drafts.

A line is ``{"account": id, "amount": "-12.50", "party": id or null, "memo": "", "second": [currency id, "-11.00"] or
null, "analytic": [[analytic account id, "amount"], ...]}``; amounts are debit positive.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from proteus import Model, Wizard

from tieout.providers.tryton.desk import ground

_BATCH = 100  # Tryton's checks of one call grow with the square of its records


def post(owner: Any, moves: Sequence[dict[str, Any]], *, draft: bool = False) -> list[int]:
    """Make moves and post them; return their ids. ``draft`` leaves them unposted."""
    known = ground.periods(owner)
    made: list[int] = []
    for start in range(0, len(moves), _BATCH):
        some = [_move(owner, move, known) for move in moves[start : start + _BATCH]]
        ids = ground.create("account.move", some)
        if not draft:
            ground.call("account.move", "post", ids)
        made += ids
    return made


def cancel(number: int) -> int:
    """Cancel a posted move as a person does, and return the id of the move that reverses it."""
    move = Model.get("account.move")(number)
    wizard = Wizard("account.move.cancel", [move])
    wizard.form.description = f"Cancels {move.number}"
    wizard.form.reversal = True
    wizard.execute("cancel")
    reversing = Model.get("account.move").find([("origin", "=", f"account.move,{number}")])
    made = max(int(it.id) for it in reversing)
    if reversing[0].state != "posted":
        ground.call("account.move", "post", [made])
    return made


def _move(owner: Any, move: dict[str, Any], known: Sequence[tuple[Any, Any, int]]) -> dict[str, Any]:
    return {
        "company": owner.id,
        "journal": move["journal"],
        "date": move["date"],
        "period": move.get("period") or ground.period_of(known, move["date"]),
        "description": move.get("memo", ""),
        "lines": [("create", [_line(line, move) for line in move["lines"]])],
    }


def _line(line: dict[str, Any], move: dict[str, Any]) -> dict[str, Any]:
    amount = Decimal(line["amount"])
    row = {
        **_sides(amount),
        "account": line["account"],
        "party": line.get("party"),
        "description": line.get("memo", ""),
    }
    if second := line.get("second"):
        row |= {"second_currency": second[0], "amount_second_currency": Decimal(second[1])}
    if parts := line.get("analytic"):
        shares = [{**_sides(Decimal(part)), "account": account, "date": move["date"]} for account, part in parts]
        row["analytic_lines"] = [("create", shares)]
    return row


def _sides(amount: Decimal) -> dict[str, Decimal]:
    return {"debit": max(amount, Decimal(0)), "credit": max(-amount, Decimal(0))}
