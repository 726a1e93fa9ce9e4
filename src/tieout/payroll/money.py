"""In what money a company's people are paid."""

from __future__ import annotations

from tieout.companies.models import Company
from tieout.core.money import currency_digits


def digits_of(company: Company) -> int:
    """Return how many decimals the company's currency has; two while no books have said which it is."""
    return currency_digits(company.currency)
