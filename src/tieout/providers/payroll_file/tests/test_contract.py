"""The file provider keeps the promises of every payroll provider."""

from __future__ import annotations

import pytest

from tieout.providerkit import registry
from tieout.providerkit.interface import GrantKind, Group
from tieout.providerkit.payroll_contract import OpenedPayroll, PayrollContract
from tieout.providers.payroll_file import make_payroll

HEAD = ("Check date", "Period", "Employee ID", "Employee", "Gross", "Employer taxes", "Benefits", "Net")
ROWS = (
    HEAD,
    ("2026-01-31", "2026-01", "E1", "Ada", "10,000.00", "765.00", "500", "7,200.00"),
    ("2026-01-31", "2026-01", "", "Ben", "4,000.00", "306.00", "", "3,100.00"),
    ("2026-01-31", "2026-01", "", "", "", "120.00", "", ""),
    ("2026-02-27", "2026-02", "E1", "Ada", "10,000.00", "765.00", "500", "7,200.00"),
    ("2026-02-28", "2026-02-01 to 2026-02-28", "E1", "Ada", "-250.00", "-19.13", "0", "-200.00"),
)
PAY = "7777777.77"


class TestPayRunFile(PayrollContract):
    @pytest.fixture
    def opened(self) -> OpenedPayroll:
        provider = make_payroll({})
        broken = (*HEAD[:-1], "Bank account"), ("2026-01-31", "2026-01", "E1", "Ada", PAY, "0", "0", PAY)
        return OpenedPayroll(
            payroll=lambda: provider.read(ROWS, digits=2),
            fail=lambda: provider.read(broken, digits=2),
            secrets=lambda: [PAY],
        )


def test_it_is_found_as_payroll_and_never_as_accounting() -> None:
    assert "payroll_file" in registry.payroll_keys()
    assert "payroll_file" not in registry.keys()  # noqa: SIM118 - a function
    assert not set(registry.keys()) & set(registry.payroll_keys())
    about = registry.make_payroll("payroll_file", {}).about
    assert (about.group, about.grant) == (Group.PAYROLL, GrantKind.FILE)
    for unknown in ("payroll_file", "nothing"):
        with pytest.raises(KeyError):
            registry.make(unknown, {})
    with pytest.raises(KeyError):
        registry.make_payroll("nothing", {})
