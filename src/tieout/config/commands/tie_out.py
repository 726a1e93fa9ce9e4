"""``tieout tie-out``: whether the ledger ties out to the books."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tieout.config.asking import find_company, parse_month, refusals
from tieout.config.commands import need_django

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tieout.ledger.tie_out import Mismatch
    from tieout.reports.queries import LedgerAt
    from tieout.reports.tie_out_summary import TieOutSummary


def tie_out(
    company: Annotated[str, typer.Option(help="The company's short name, as in its addresses.")],
    month: Annotated[str, typer.Option(help="One month end only, like 2026-01.")] = "",
) -> None:
    """Say what ties, what does not, what is not itemised. Exits with 1 if something differs or nothing was compared."""
    need_django()
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
    for sentence in _explained(at, summary):
        typer.echo(sentence)
    typer.echo(f"tie-out: {summary.state}")
    if not summary.state.ties:
        raise typer.Exit(1)


def _explained(at: LedgerAt, summary: TieOutSummary) -> Iterator[str]:
    """Yield what of the balances is in entries that explain what differed, at the last month end that has any."""
    from tieout.core.money import to_text
    from tieout.core.records import EntryKind, Statement
    from tieout.reports.tie_out_summary import account_label
    from tieout.ui.figures import share

    word = "not itemised" if summary.by is EntryKind.RESIDUAL else "revalued"
    months = {it.month for it in summary.explained}
    if months:
        last = max(months)
        found = [it for it in summary.explained if (it.month, it.statement) == (last, Statement.TRIAL_BALANCE)]
        amount = to_text(sum(abs(it.difference) for it in found) // 2, at.book.digits)
        yield f"{word}: {amount} of the balances at the end of {last}"
        for it in found:
            yield f"  {last} {account_label(at, it.account)}: {to_text(-it.difference, at.book.digits)} {word}"
    if summary.covered.not_itemised:
        yield f"itemised: {share(summary.covered.per_mille)} of what moved"
        for month, covered in summary.coverage.items():
            if covered.not_itemised and len(summary.coverage) > 1:
                yield f"  {month}: {share(covered.per_mille)}"


def _sentence(at: LedgerAt, it: Mismatch) -> str:
    from tieout.core.money import to_text
    from tieout.reports.tie_out_summary import account_label

    ours, theirs, difference = (to_text(amount, at.book.digits) for amount in (it.ours, it.theirs, it.difference))
    return f"{it.month} {account_label(at, it.account)}: ours {ours}, the books {theirs}, differs by {difference}"
