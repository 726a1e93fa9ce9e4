"""What people typed over a figure of the books, told where its entries are shown. The part above says it here."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.safestring import SafeString

from tieout.companies.access import CompanyRequest
from tieout.core.month import Month

Teller = Callable[[CompanyRequest, str, Month, Month], SafeString]
_tellers: list[Teller] = []


def register(teller: Teller) -> None:
    """Have a part tell it; the one registered last is asked."""
    _tellers[:] = [teller]


def tell(request: CompanyRequest, row: str, first: Month, last: Month) -> SafeString:
    """Return what is to be said above the entries of a row's months, as HTML; "" for nothing."""
    return _tellers[0](request, row, first, last) if _tellers else SafeString("")
