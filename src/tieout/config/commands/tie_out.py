"""``tieout tie-out``: whether the ledger ties out to the books."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tieout.config.commands import need_django
from tieout.config.commands.report import find_company, parse_month, refusals

if TYPE_CHECKING:
    from tieout.ledger.tie_out import Mismatch
    from tieout.reports.queries import LedgerAt


def tie_out(
    company: Annotated[str, typer.Option(help="The company's short name, as in its addresses.")],
    month: Annotated[str, typer.Option(help="One month end only, like 2026-01.")] = "",
) -> None:
    """Say what ties and what does not. Exits with 1 if something differs or nothing was compared."""
    need_django()
    from tieout.reports.beside import State
    from tieout.reports.queries import ledger_at
    from tieout.reports.tie_out_summary import STATEMENT_NAMES, tie_out_summary

    with refusals():
        at = ledger_at(find_company(company))
        summary = tie_out_summary(at, parse_month(month) if month else None)
    typer.echo(f"{at.company.name}, sync {at.publication.number}, {at.book.basis} basis, {at.book.currency}")
    for statement, months in summary.compared.items():
        name = STATEMENT_NAMES[statement]
        found = summary.of(statement)
        if not months:
            typer.echo(f"{name}: not compared")
            continue
        span = f"{months[0]} to {months[-1]}" if len(months) > 1 else str(months[0])
        typer.echo(f"{name}: {span}, {f'{len(found)} differ' if found else 'all tie'}")
        for it in found:
            typer.echo(f"  {_sentence(at, it)}")
    typer.echo(f"tie-out: {summary.state}")
    if summary.state is not State.TIES:
        raise typer.Exit(1)


def _sentence(at: LedgerAt, it: Mismatch) -> str:
    from tieout.core.money import to_text
    from tieout.reports.tie_out_summary import account_label

    ours, theirs, difference = (to_text(amount, at.book.digits) for amount in (it.ours, it.theirs, it.difference))
    return f"{it.month} {account_label(at, it.account)}: ours {ours}, the books {theirs}, differs by {difference}"
