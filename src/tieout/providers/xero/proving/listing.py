"""The lines that Xero's sandbox tells at its control address, as a ledger has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tieout.core.money import to_minor
from tieout.providerkit.posted import Line, Listed
from tieout.providers.xero.labels import label_of


def posted(
    lines: Sequence[Mapping[str, Any]],
    accounts: Mapping[str, Listed],  # noqa: ARG001 - a line's party does not depend on its account
    digits: int,
    *,
    itemised: bool,
) -> Iterator[Line]:
    """Yield the lines by their journals, or where these are not read, by their documents.

    A journal that was undone, or undoes one, says nothing of its document.
    """
    for line in lines:
        label = label_of(line["type"])
        told = label.endpoint and not line["undone"]
        party = (str(label.party), line["party"]) if told and label.party and line["party"] else None
        yield Line(
            type=label.type,
            entry=line["id"] if itemised else line["source"] if label.endpoint else "",
            date=line["date"],
            number=line["called"] if told else "",
            account=line["account"],
            amount=to_minor(line["amount"], digits),
            party=party,
            item="",
            dimensions=tuple(sorted(line["tracking"].items())),
            memo=line["memo"],
        )
