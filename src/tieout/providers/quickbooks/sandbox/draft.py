"""A transaction in the making: legs in the document's currency, turned into balanced postings."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from tieout.core.money import NotMoney, currency_digits, to_minor
from tieout.providers.quickbooks.sandbox.journal import Party, Posting
from tieout.providers.quickbooks.sandbox.wire import BadDocument, Json, ref


@dataclass(slots=True, kw_only=True)
class Leg:
    """One line before conversion; ``amount`` is debit positive, in minor units of the document's currency."""

    account: str
    amount: int
    home: int | None = None  # known already, where the exchange rate of the document does not apply
    party: Party | None = None
    customer: str = ""
    item: str = ""
    klass: str = ""
    location: str = ""
    memo: str = ""
    quantity: Decimal | None = None
    rate: Decimal | None = None


@dataclass(slots=True, kw_only=True)
class Draft:
    """What a document will post. The first leg takes the cents that conversion leaves over."""

    label: str
    document: Json
    home_currency: str
    home_digits: int
    party: Party | None = None
    legs: list[Leg] = field(default_factory=list)

    @property
    def currency(self) -> str:
        """The document's currency."""
        return ref(self.document, "CurrencyRef") or self.home_currency

    @property
    def digits(self) -> int:
        """How many decimals the document's amounts have."""
        return currency_digits(self.currency) if self.foreign else self.home_digits

    @property
    def foreign(self) -> bool:
        """Whether the document is in another currency than the books."""
        return self.currency != self.home_currency

    @property
    def exchange(self) -> Decimal:
        """How many units of the home currency one unit of the document's currency is worth."""
        return Decimal(str(self.document.get("ExchangeRate", 1))) if self.foreign else Decimal(1)

    def minor(self, amount: object) -> int:
        """Return an amount of the document in minor units. Raise BadDocument if it is finer than a cent."""
        try:
            return to_minor(Decimal(str(amount)), self.digits)
        except (NotMoney, ArithmeticError) as error:
            raise BadDocument(f"{self.label}: {amount!r} is not an amount") from error

    def home(self, amount: int) -> int:
        """Convert minor units of the document's currency into minor units of the home currency."""
        if not self.foreign:
            return amount
        shift = self.home_digits - self.digits
        return int((Decimal(amount) * self.exchange).scaleb(shift).quantize(Decimal(1), ROUND_HALF_UP))

    def cost(self, quantity: Decimal, each: object) -> int:
        """Return what pieces cost, in minor units of the home currency."""
        total = quantity * Decimal(str(each or 0))
        return int(total.scaleb(self.home_digits).quantize(Decimal(1), ROUND_HALF_UP))

    def add(self, account: str, amount: int, **details: object) -> Leg:
        """Append a leg; legs without a party get the document's when they become postings."""
        leg = Leg(account=account, amount=amount, **details)  # type: ignore[arg-type]  # Leg checks its own names
        self.legs.append(leg)
        return leg

    def postings(self, location: str) -> tuple[Posting, ...]:
        """Return the balanced postings. Raise BadDocument if debits and credits differ."""
        if off := sum(leg.amount for leg in self.legs if leg.home is None or not self.foreign):
            converted = any(leg.home is not None for leg in self.legs)
            if not (self.foreign and converted):
                raise BadDocument(f"{self.label}: debits exceed credits by {off} minor units")
        amounts = [self.home(leg.amount) if leg.home is None else leg.home for leg in self.legs]
        if amounts:
            amounts[0] -= sum(amounts)
        return tuple(
            Posting(
                account=leg.account,
                amount=amount,
                party=leg.party or self.party,
                customer=leg.customer,
                item=leg.item,
                klass=leg.klass,
                location=leg.location or location,
                memo=leg.memo,
                quantity=leg.quantity,
                rate=leg.rate,
                currency=self.currency if self.foreign else "",
                foreign=leg.amount if self.foreign else 0,
            )
            for leg, amount in zip(self.legs, amounts, strict=True)
        )
