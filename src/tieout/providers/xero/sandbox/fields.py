"""The lists of the API: what each entity is called, how it is paged, and what can be asked of it (xero.md §2.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True)
class Listing:
    """An endpoint that lists entities."""

    name: str
    id: str
    others: tuple[str, ...] = ()  # by which one may be fetched besides its id
    paged: bool = False
    sized: bool = True  # takes pageSize; else pages hold 100
    modified: str = "UpdatedDateUTC"  # "" where If-Modified-Since is not heard
    summary: tuple[str, ...] = ()  # what unpaged lists leave out
    lists: Mapping[str, str] = field(default_factory=dict)  # parameter with values in commas, to the field
    equals: Mapping[str, str] = field(default_factory=dict)  # parameter with one value, to the field
    between: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # field to its first and last parameter
    optimised: frozenset[str] = frozenset()
    fields: str = ""  # that where and order may name, besides what documents have

    @cached_property
    def spelt(self) -> dict[str, str]:
        """The fields from lower case to their spelling."""
        names = {self.id, *self.others, *self.fields.split(), *self.optimised, *self.summary}
        return {name.lower(): name for name in names}

    @property
    def key(self) -> str:
        """The key of the answer's array."""
        return "Organisations" if self.name == "Organisation" else self.name

    @property
    def ordered(self) -> frozenset[str]:
        """The fields of which an order is quick."""
        return frozenset({self.id, "UpdatedDateUTC", "Date"})


_CONTACT = ("Contact.ContactID", "Contact.Name", "Contact.ContactNumber")
_MONEY = "CurrencyCode CurrencyRate SubTotal TotalTax Total LineAmountTypes HasAttachments UpdatedDateUTC"
_LINES = ("LineItems",)

_ALL = (
    Listing(
        "Accounts", "AccountID",
        fields="Code Name Type BankAccountNumber Status Description BankAccountType CurrencyCode TaxType "
        "EnablePaymentsToAccount ShowInExpenseClaims Class SystemAccount ReportingCode HasAttachments UpdatedDateUTC",
    ),
    Listing(
        "BankTransactions", "BankTransactionID", paged=True, summary=_LINES,
        optimised=frozenset({"Type", "Status", "Date", "Contact.ContactID"}),
        fields=f"{_MONEY} Contact.Name BankAccount.AccountID BankAccount.Code BankAccount.Name IsReconciled Reference "
        "PrepaymentID OverpaymentID",
    ),
    Listing(
        "BankTransfers", "BankTransferID", modified="CreatedDateUTC",
        fields="Amount Date CurrencyRate FromBankTransactionID ToBankTransactionID Reference HasAttachments "
        "CreatedDateUTC Status FromBankAccount.AccountID ToBankAccount.AccountID",
    ),
    Listing("BatchPayments", "BatchPaymentID", fields="Date Type Status TotalAmount UpdatedDateUTC Account.AccountID"),
    Listing("BrandingThemes", "BrandingThemeID", modified="", fields="Name SortOrder CreatedDateUTC"),
    Listing(
        "Budgets", "BudgetID", modified="", summary=("BudgetLines",), lists={"IDs": "BudgetID"},
        fields="Type Description UpdatedDateUTC",
    ),
    Listing(
        "ContactGroups", "ContactGroupID", modified="", summary=("Contacts",), fields="Name Status",
    ),
    Listing(
        "Contacts", "ContactID", others=("ContactNumber",), paged=True, lists={"IDs": "ContactID"},
        summary=("ContactPersons", "PaymentTerms", "BatchPayments", "Attachments", "MergedToContactID", "Balances"),
        optimised=frozenset({"Name", "EmailAddress", "AccountNumber"}),
        fields="ContactStatus FirstName LastName IsSupplier IsCustomer UpdatedDateUTC DefaultCurrency TaxNumber",
    ),
    Listing(
        "CreditNotes", "CreditNoteID", others=("CreditNoteNumber",), paged=True, summary=_LINES,
        optimised=frozenset({"Status", "Type", "Date", "Reference", *_CONTACT}),
        fields=f"{_MONEY} DueDate RemainingCredit FullyPaidOnDate",
    ),
    Listing("Currencies", "Code", modified="", fields="Description"),
    Listing(
        "ExpenseClaims", "ExpenseClaimID",
        fields="Status UpdatedDateUTC Total AmountDue AmountPaid PaymentDueDate ReportingDate User.UserID",
    ),
    Listing(
        "Invoices", "InvoiceID", others=("InvoiceNumber",), paged=True, summary=_LINES,
        lists={"IDs": "InvoiceID", "InvoiceNumbers": "InvoiceNumber", "ContactIDs": "Contact.ContactID",
               "Statuses": "Status"},
        optimised=frozenset(
            {"Status", "Type", "Date", "DueDate", "AmountDue", "AmountPaid", "InvoiceNumber", "InvoiceID", "Reference",
             *_CONTACT}
        ),
        fields=f"{_MONEY} AmountCredited FullyPaidOnDate SentToContact ExpectedPaymentDate PlannedPaymentDate",
    ),
    Listing(
        "Items", "ItemID", others=("Code",),
        fields="Name IsSold IsPurchased Description PurchaseDescription IsTrackedAsInventory QuantityOnHand "
        "UpdatedDateUTC",
    ),
    Listing(
        "LinkedTransactions", "LinkedTransactionID", paged=True, sized=False, modified="",
        equals={name: name for name in
                ("LinkedTransactionID", "SourceTransactionID", "ContactID", "Status", "TargetTransactionID")},
        fields="Status Type UpdatedDateUTC SourceTransactionID TargetTransactionID ContactID",
    ),
    Listing(
        "ManualJournals", "ManualJournalID", paged=True, summary=("JournalLines",), optimised=frozenset({"Narration"}),
        fields="Date Status LineAmountTypes ShowOnCashBasisReports HasAttachments UpdatedDateUTC",
    ),
    Listing("Organisation", "OrganisationID", modified=""),
    Listing(
        "Overpayments", "OverpaymentID", paged=True, summary=_LINES, lists={"References": "Reference"},
        optimised=frozenset({"Status", "Type", "Date", *_CONTACT}), fields=f"{_MONEY} RemainingCredit Reference",
    ),
    Listing(
        "Payments", "PaymentID", paged=True,
        optimised=frozenset({"PaymentType", "Status", "Date", "Invoice.InvoiceID", "Reference"}),
        fields="Amount BankAmount CurrencyRate IsReconciled UpdatedDateUTC Account.AccountID Account.Code "
        "Invoice.InvoiceNumber CreditNote.CreditNoteID BatchPaymentID",
    ),
    Listing(
        "Prepayments", "PrepaymentID", paged=True, summary=_LINES, lists={"InvoiceNumbers": "InvoiceNumber"},
        optimised=frozenset({"Status", "Type", "Date", *_CONTACT}), fields=f"{_MONEY} RemainingCredit Reference",
    ),
    Listing(
        "PurchaseOrders", "PurchaseOrderID", others=("PurchaseOrderNumber",), paged=True, equals={"Status": "Status"},
        between={"Date": ("DateFrom", "DateTo")}, fields=f"{_MONEY} Date DeliveryDate Status PurchaseOrderNumber",
    ),
    Listing(
        "Quotes", "QuoteID", paged=True, sized=False, others=("QuoteNumber",),
        equals={"Status": "Status", "ContactID": "Contact.ContactID", "QuoteNumber": "QuoteNumber"},
        between={"Date": ("DateFrom", "DateTo"), "ExpiryDate": ("ExpiryDateFrom", "ExpiryDateTo")},
        fields=f"{_MONEY} Date ExpiryDate Status QuoteNumber Title Summary",
    ),
    Listing("Receipts", "ReceiptID", summary=_LINES, fields=f"{_MONEY} Date Status ReceiptNumber Reference"),
    Listing(
        "RepeatingInvoices", "RepeatingInvoiceID", modified="", fields=f"{_MONEY} Type Status Reference",
    ),
    Listing("TaxRates", "TaxType", modified="", fields="Name Status DisplayTaxRate EffectiveRate"),
    Listing("TrackingCategories", "TrackingCategoryID", modified="", fields="Name Status"),
    Listing("Users", "UserID", fields="EmailAddress FirstName LastName UpdatedDateUTC IsSubscriber OrganisationRole"),
)  # fmt: skip
LISTINGS = {listing.name: listing for listing in _ALL}
