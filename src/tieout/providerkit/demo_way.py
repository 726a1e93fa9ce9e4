"""How a demo goes about a provider's sandbox: what its module ``sandbox`` says in ``DEMOS``, name by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One demo of a provider, by the name that ``tieout demo --provider`` takes."""

    what: str  # what answers, in words: "a stand-in for Xero"
    settings: Mapping[str, str] = field(default_factory=lambda: NOTHING)  # besides client id, secret and address
    consent: tuple[str, str] = ("", "")  # a part of the consent form's address, and the decision of its button
    login: Mapping[str, str] = field(default_factory=lambda: NOTHING)  # what is typed instead, by field
    itemises: bool = True  # False: a part of the books is in no posting that can be read
