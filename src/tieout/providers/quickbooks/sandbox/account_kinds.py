"""Which QuickBooks account type and sub-type an account of a books file gets."""

from __future__ import annotations

import re

from tieout.core.accounts import AccountType

# Sub-types by type, as Intuit's SDK lists them (an open set: other countries have more). Of a sub-type that several
# types could claim, the first here wins.
_SUBTYPES = {
    "Bank": (
        "CashOnHand Checking MoneyMarket RentsHeldInTrust Savings TrustAccounts CashAndCashEquivalents "
        "OtherEarMarkedBankAccounts"
    ),
    "Accounts Receivable": "AccountsReceivable",
    "Other Current Asset": (
        "AllowanceForBadDebts DevelopmentCosts EmployeeCashAdvances GlobalTaxDeferred GlobalTaxRefund "
        "InternalTransfers Inventory Investment_MortgageRealEstateLoans Investment_Other "
        "Investment_TaxExemptSecurities Investment_USGovernmentObligations LoansToOfficers LoansToOthers "
        "LoansToStockholders OtherConsumables OtherCurrentAssets PrepaidExpenses Retainage UndepositedFunds "
        "AssetsAvailableForSale BalWithGovtAuthorities CalledUpShareCapitalNotPaid "
        "ExpenditureAuthorisationsAndLettersOfCredit ProvisionsCurrentAssets "
        "ShortTermInvestmentsInRelatedParties ShortTermLoansAndAdvancesToRelatedParties "
        "TradeAndOtherReceivables"
    ),
    "Fixed Asset": (
        "AccumulatedAmortization AccumulatedDepletion AccumulatedDepreciation AssetsInCourseOfConstruction "
        "Buildings CapitalWip CumulativeDepreciationOnIntangibleAssets DepletableAssets FixedAssetComputers "
        "FixedAssetCopiers FixedAssetFurniture FixedAssetPhone FixedAssetPhotoVideo FixedAssetSoftware "
        "FixedAssetOtherToolsEquipment FurnitureAndFixtures IntangibleAssets IntangibleAssetsUnderDevelopment "
        "Land LandAsset LeaseholdImprovements MachineryAndEquipment NonCurrentAssets OtherFixedAssets "
        "ParticipatingInterests ProvisionsFixedAssets Vehicles"
    ),
    "Other Asset": (
        "AccumulatedAmortizationOfOtherAssets AssetsHeldForSale AvailableForSaleFinancialAssets DeferredTax "
        "Goodwill Investments LeaseBuyout Licenses LongTermInvestments "
        "LongTermLoansAndAdvancesToRelatedParties OrganizationalCosts OtherIntangibleAssets "
        "OtherLongTermAssets OtherLongTermInvestments OtherLongTermLoansAndAdvances "
        "PrepaymentsAndAccruedIncome ProvisionsNonCurrentAssets SecurityDeposits"
    ),
    "Accounts Payable": (
        "AccountsPayable OutstandingDuesMicroSmallEnterprise OutstandingDuesOtherThanMicroSmallEnterprise"
    ),
    "Credit Card": "CreditCard",
    "Other Current Liability": (
        "AccruedLiabilities CurrentLiabilities CurrentPortionEmployeeBenefitsObligations "
        "CurrentPortionOfObligationsUnderFinanceLeases CurrentTaxLiability DirectDepositPayable "
        "DividendsPayable DutiesAndTaxes FederalIncomeTaxPayable GlobalTaxPayable GlobalTaxSuspense "
        "InsurancePayable InterestPayables LineOfCredit LoanPayable OtherCurrentLiabilities PayrollClearing "
        "PayrollTaxPayable PrepaidExpensesPayable ProvisionForWarrantyObligations "
        "ProvisionsCurrentLiabilities RentsInTrustLiability SalesTaxPayable ShortTermBorrowings "
        "SocialSecurityAgencies StaffAndRelatedLiabilityAccounts StateLocalIncomeTaxPayable "
        "SundryDebtorsAndCreditors TradeAndOtherPayables TrustAccountsLiabilities"
    ),
    "Long Term Liability": (
        "AccrualsAndDeferredIncome AccruedLongLermLiabilities AccruedVacationPayable BankLoans "
        "DebtsRelatedToParticipatingInterests DeferredTaxLiabilities GovernmentAndOtherPublicAuthorities "
        "GroupAndAssociates LiabilitiesRelatedToAssetsHeldForSale LongTermBorrowings LongTermDebit "
        "LongTermEmployeeBenefitObligations NotesPayable ObligationsUnderFinanceLeases "
        "OtherLongTermLiabilities OtherLongTermProvisions ProvisionForLiabilities "
        "ProvisionsNonCurrentLiabilities ShareholderNotesPayable StaffAndRelatedLongTermLiabilityAccounts"
    ),
    "Equity": (
        "AccumulatedAdjustment AccumulatedOtherComprehensiveIncome CalledUpShareCapital CapitalReserves "
        "CommonStock DividendDisbursed EquityInEarningsOfSubsiduaries EstimatedTaxes Funds Healthcare "
        "InvestmentGrants MoneyReceivedAgainstShareWarrants OpeningBalanceEquity OtherFreeReserves "
        "OwnersEquity PaidInCapitalOrSurplus PartnerContributions PartnerDistributions PartnersEquity "
        "PersonalExpense PersonalIncome PreferredStock RetainedEarnings ShareApplicationMoneyPendingAllotment "
        "ShareCapital TreasuryStock"
    ),
    "Income": (
        "CashReceiptIncome DiscountsRefundsGiven NonProfitIncome OperatingGrants OtherCurrentOperatingIncome "
        "OtherPrimaryIncome OwnWorkCapitalized RevenueGeneral SalesOfProductIncome SalesRetail SalesWholesale "
        "SavingsByTaxScheme ServiceFeeIncome UnappliedCashPaymentIncome"
    ),
    "Other Income": (
        "DividendIncome GainLossOnSaleOfFixedAssets GainLossOnSaleOfInvestments InterestEarned "
        "LossOnDisposalOfAssets OtherInvestmentIncome OtherMiscellaneousIncome OtherOperatingIncome "
        "TaxExemptInterest UnrealisedLossOnSecuritiesNetOfTax"
    ),
    "Cost of Goods Sold": (
        "CostOfLaborCos CostOfSales EquipmentRentalCos FreightAndDeliveryCost OtherCostsOfServiceCos "
        "ShippingFreightDeliveryCos SuppliesMaterialsCogs"
    ),
    "Expense": (
        "AdvertisingPromotional AmortizationExpense AppropriationsToDepreciation Auto BadDebts BankCharges "
        "BorrowingCost CharitableContributions CommissionsAndFees CostOfLabor DistributionCosts "
        "DuesSubscriptions Entertainment EntertainmentMeals EquipmentRental ExternalServices "
        "ExtraordinaryCharges FinanceCosts GlobalTaxExpense IncomeTaxExpense Insurance InterestPaid "
        "LegalProfessionalFees LossOnDiscontinuedOperationsNetOfTax ManagementCompensation OfficeExpenses "
        "OfficeGeneralAdministrativeExpenses OtherBusinessExpenses OtherCurrentOperatingCharges "
        "OtherExternalServices OtherMiscellaneousServiceCost OtherRentalCosts OtherSellingExpenses "
        "PayrollExpenses ProjectStudiesSurveysAssessments PromotionalMeals PurchasesRebates "
        "RentOrLeaseOfBuildings RepairMaintenance ShippingAndDeliveryExpense ShippingFreightDelivery "
        "StaffCosts Sundry SuppliesMaterials TaxesPaid Travel TravelExpensesGeneralAndAdminExpenses "
        "TravelExpensesSellingExpense TravelMeals UnappliedCashBillPaymentExpense Utilities"
    ),
    "Other Expense": (
        "Amortization DeferredTaxExpense Depletion Depreciation ExceptionalItems ExchangeGainOrLoss "
        "ExtraordinaryItems GasAndFuel HomeOffice HomeOwnerRentalInsurance IncomeTaxOtherExpense MatCredit "
        "MortgageInterest OtherHomeOfficeExpenses OtherMiscellaneousExpense OtherVehicleExpenses "
        "ParkingAndTolls PenaltiesSettlements PriorPeriodItems RentAndLease RepairsAndMaintenance "
        "TaxRoundoffGainOrLoss Vehicle VehicleInsurance VehicleLease VehicleLoan VehicleLoanInterest "
        "VehicleRegistration VehicleRepairs WashAndRoadServices"
    ),
}
_OF_TYPE = {
    AccountType.ASSET: ("Other Current Asset", "Bank", "Accounts Receivable", "Fixed Asset", "Other Asset"),
    AccountType.LIABILITY: ("Other Current Liability", "Accounts Payable", "Credit Card", "Long Term Liability"),
    AccountType.EQUITY: ("Equity",),
    AccountType.INCOME: ("Income", "Other Income"),
    AccountType.EXPENSE: ("Expense", "Cost of Goods Sold", "Other Expense"),
}
# What a type's account is called when nothing more is known of it.
_DEFAULT_SUBTYPE = {
    "Bank": "Checking",
    "Accounts Receivable": "AccountsReceivable",
    "Other Current Asset": "OtherCurrentAssets",
    "Fixed Asset": "OtherFixedAssets",
    "Other Asset": "OtherLongTermAssets",
    "Accounts Payable": "AccountsPayable",
    "Credit Card": "CreditCard",
    "Other Current Liability": "OtherCurrentLiabilities",
    "Long Term Liability": "OtherLongTermLiabilities",
    "Equity": "OwnersEquity",
    "Income": "ServiceFeeIncome",
    "Other Income": "OtherMiscellaneousIncome",
    "Cost of Goods Sold": "OtherCostsOfServiceCos",
    "Expense": "OfficeGeneralAdministrativeExpenses",
    "Other Expense": "OtherMiscellaneousExpense",
}
_ALIASES = {
    "cash": "Bank",
    "receivable": "Accounts Receivable",
    "payable": "Accounts Payable",
    "cogs": "Cost of Goods Sold",
    "costofsales": "Cost of Goods Sold",
    "costofrevenue": "Cost of Goods Sold",
    "currentasset": "Other Current Asset",
    "currentliability": "Other Current Liability",
    "longtermliability": "Long Term Liability",
    "payroll": "PayrollExpenses",
}


def _folded(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.lower())


_TYPE_BY_NAME = {_folded(kind): kind for kind in _SUBTYPES}
_TYPES_BY_SUBTYPE: dict[str, dict[str, str]] = {}
for _kind, _names in _SUBTYPES.items():
    for _name in _names.split():
        _TYPES_BY_SUBTYPE.setdefault(_folded(_name), {}).setdefault(_kind, _name)


def account_kind(account_type: AccountType, subtype: str) -> tuple[str, str]:
    """Return QuickBooks' AccountType and AccountSubType for an account.

    ``subtype`` may be an AccountType ("Other Current Asset"), an AccountSubType ("Prepaid Expenses"), both with a
    slash between them, or anything else. What contradicts the account's own type is passed over.
    """
    allowed = _OF_TYPE[account_type]
    first, _, second = subtype.partition("/")
    kind = _TYPE_BY_NAME.get(_folded(first), "") or _ALIASES.get(_folded(first), "")
    known = _TYPES_BY_SUBTYPE.get(_folded(second or kind or first), {})
    if kind in allowed:
        # The slash's right side is kept verbatim even where the list above lacks it: the platform's set is open.
        return kind, known.get(kind) or second.strip() or _DEFAULT_SUBTYPE[kind]
    for claimed, name in known.items():
        if claimed in allowed:
            return claimed, name
    return allowed[0], _DEFAULT_SUBTYPE[allowed[0]]
