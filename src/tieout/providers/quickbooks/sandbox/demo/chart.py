"""Quillbay's chart of accounts: number, name, sub-type, and the parent's number; types stand above their accounts."""

from __future__ import annotations

from collections.abc import Iterator

from tieout.providers.quickbooks.sandbox.demo.clerk import Clerk

_CHART = """
Bank
  1010 Operating checking | Checking
  1020 Payroll checking | Checking
  1030 Money market savings | MoneyMarket
  1090 Petty cash | CashOnHand
Accounts Receivable
  1100 Accounts Receivable (A/R) | AccountsReceivable
Other Current Asset
  1150 Undeposited Funds | UndepositedFunds
  1200 Inventory asset | Inventory
  1300 Prepaid expenses | PrepaidExpenses
  1310 Prepaid insurance | PrepaidExpenses | 1300
  1320 Prepaid software | PrepaidExpenses | 1300
  1330 Prepaid events | PrepaidExpenses | 1300
  1400 Employee advances | EmployeeCashAdvances
Fixed Asset
  1500 Computers and equipment | FixedAssetComputers
  1510 Furniture and fixtures | FurnitureAndFixtures
  1520 Leasehold improvements | LeaseholdImprovements
  1590 Accumulated depreciation | AccumulatedDepreciation
  1600 Acquired technology | IntangibleAssets
  1690 Accumulated amortization | AccumulatedAmortization
Other Asset
  1800 Security deposits | SecurityDeposits
Accounts Payable
  2010 Accounts Payable (A/P) | AccountsPayable
Credit Card
  2100 Company cards | CreditCard
  2110 Quillon card - Operations | CreditCard | 2100
  2120 Quillon card - Travel | CreditCard | 2100
Other Current Liability
  2200 Payroll liabilities | PayrollTaxPayable
  2210 Payroll taxes payable | PayrollTaxPayable | 2200
  2220 Benefits payable | PayrollTaxPayable | 2200
  2230 Retirement plan payable | PayrollTaxPayable | 2200
  2300 Sales Tax Payable | SalesTaxPayable
  2400 Deferred revenue | OtherCurrentLiabilities
  2450 Customer deposits | OtherCurrentLiabilities
  2500 Accrued liabilities | AccruedLiabilities
  2510 Accrued bonus | AccruedLiabilities | 2500
  2550 Income taxes payable | FederalIncomeTaxPayable
Long Term Liability
  2700 Term loan | NotesPayable
Equity
  3000 Opening Balance Equity | OpeningBalanceEquity
  3100 Common stock | CommonStock
  3200 Preferred stock - Series A | PreferredStock
  3210 Preferred stock - Series B | PreferredStock
  3900 Retained Earnings | RetainedEarnings
Income
  4000 Subscription revenue | ServiceFeeIncome
  4010 Subscriptions - Starter | ServiceFeeIncome | 4000
  4020 Subscriptions - Team | ServiceFeeIncome | 4000
  4030 Subscriptions - Enterprise | ServiceFeeIncome | 4000
  4100 Usage revenue | ServiceFeeIncome
  4200 Implementation services | ServiceFeeIncome
  4300 Hardware sales | SalesOfProductIncome
  4900 Discounts given | DiscountsRefundsGiven
Cost of Goods Sold
  5000 Cost of revenue | OtherCostsOfServiceCos
  5010 Hosting and infrastructure | OtherCostsOfServiceCos | 5000
  5020 Payment processing fees | OtherCostsOfServiceCos | 5000
  5030 Third-party data | OtherCostsOfServiceCos | 5000
  5040 Customer support tools | OtherCostsOfServiceCos | 5000
  5100 Salaries - Customer support | CostOfLaborCos
  5110 Payroll taxes - Customer support | CostOfLaborCos
  5200 Hardware cost of goods sold | SuppliesMaterialsCogs
Expense
  6000 Salaries and wages | PayrollExpenses
  6010 Salaries - Engineering | PayrollExpenses | 6000
  6020 Salaries - Product | PayrollExpenses | 6000
  6030 Salaries - Design | PayrollExpenses | 6000
  6040 Salaries - Sales | PayrollExpenses | 6000
  6050 Salaries - Marketing | PayrollExpenses | 6000
  6060 Salaries - Customer success | PayrollExpenses | 6000
  6070 Salaries - Administration | PayrollExpenses | 6000
  6080 Sales commissions | PayrollExpenses | 6000
  6090 Bonuses | PayrollExpenses | 6000
  6100 Payroll taxes | PayrollExpenses
  6110 Employee benefits | PayrollExpenses
  6120 Recruiting | OtherBusinessExpenses
  6130 Training and conferences | OtherBusinessExpenses
  6140 Team events | EntertainmentMeals
  6200 Marketing programs | AdvertisingPromotional
  6210 Advertising | AdvertisingPromotional | 6200
  6220 Events and trade shows | AdvertisingPromotional | 6200
  6230 Content and PR | AdvertisingPromotional | 6200
  6240 Print advertising | AdvertisingPromotional | 6200
  6300 Software and tools | OfficeGeneralAdministrativeExpenses
  6310 Developer tools | OfficeGeneralAdministrativeExpenses | 6300
  6320 Sales and marketing software | OfficeGeneralAdministrativeExpenses | 6300
  6330 Office and finance software | OfficeGeneralAdministrativeExpenses | 6300
  6340 Design tools | OfficeGeneralAdministrativeExpenses | 6300
  6400 Contractors | LegalProfessionalFees
  6410 Contractors - Engineering | LegalProfessionalFees | 6400
  6420 Contractors - Design | LegalProfessionalFees | 6400
  6500 Travel | Travel
  6510 Airfare | Travel | 6500
  6520 Lodging | Travel | 6500
  6530 Meals | TravelMeals | 6500
  6540 Ground transport | Travel | 6500
  6600 Legal | LegalProfessionalFees
  6610 Accounting and audit | LegalProfessionalFees
  6620 Consulting | LegalProfessionalFees
  6700 Rent | RentOrLeaseOfBuildings
  6710 Utilities | Utilities
  6720 Internet and telephone | Utilities
  6730 Office supplies | OfficeExpenses
  6740 Repairs and cleaning | RepairMaintenance
  6750 Coworking passes | RentOrLeaseOfBuildings
  6800 Insurance | Insurance
  6810 Bank charges | BankCharges
  6820 Licenses and permits | TaxesPaid
  6830 Bad debts | BadDebts
  6890 Meals and entertainment | EntertainmentMeals
  6900 Ask my accountant | OtherBusinessExpenses
Other Income
  7010 Interest income | InterestEarned
  7020 Other income | OtherMiscellaneousIncome
Other Expense
  8010 Depreciation | Depreciation
  8020 Amortization | Amortization
  8030 Interest expense | OtherMiscellaneousExpense
  8040 Exchange gain or loss | ExchangeGainOrLoss
  8050 Income taxes | IncomeTaxOtherExpense
  8060 Loss on disposal | OtherMiscellaneousExpense
"""


def accounts() -> Iterator[tuple[str, dict[str, object], str]]:
    """Yield each account's number, its fields for the engine, and its parent's number or ""."""
    kind = ""
    for row in _CHART.strip().splitlines():
        if not row.startswith(" "):
            kind = row
            continue
        label, subtype, *parent = (part.strip() for part in row.split("|"))
        number, name = label.split(" ", 1)
        fields = {"Name": name, "AcctNum": number, "AccountType": kind, "AccountSubType": subtype}
        yield number, dict(fields), parent[0] if parent else ""


def open_chart(clerk: Clerk) -> None:
    """Add all accounts; documents name them by number."""
    for number, fields, parent in accounts():
        above = {"ParentRef": clerk.ref("Account", parent)} if parent else {}
        clerk.add("Account", number, {**fields, **above})
