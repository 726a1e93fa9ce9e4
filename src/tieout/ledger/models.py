"""The ledger's tables (docs/architecture.md). Bulk tables hold plain integers: their rows never become objects.

Visible at version P is every row with ``valid_from <= P AND valid_to > P``. ``valid_to`` of a row that nothing has
closed is OPEN. Amounts are minor units, debit positive. Months are keys such as 202601.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

OPEN = 2_147_483_647


class Organisation(models.Model):
    """Whose books they are, at a provider. Owns the list rows, which outlive every book."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="organisations")
    provider = models.CharField(max_length=40)
    external_id = models.CharField(max_length=120)
    name = models.TextField()
    closed_through = models.DateField(null=True)  # the provider's own lock date

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "provider", "external_id"], name="organisation_once"),
        ]


class Book(models.Model):
    """One organisation's ledger in one basis, in its own currency."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="books")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="books")
    basis = models.CharField(max_length=10)
    currency = models.CharField(max_length=3)
    digits = models.SmallIntegerField()
    fiscal_year_first_month = models.SmallIntegerField()
    start = models.DateField()  # the first posting date of history; an opening entry is dated the day before
    published = models.IntegerField(default=0)  # the version that readers see; 0: none yet
    open_version = models.IntegerField(null=True)  # taken by a run, at most one
    last_version = models.IntegerField(default=0)  # numbers are never used twice
    source = models.TextField(default="")  # of the provider's sources of postings, where it has several
    cursor = models.TextField(default="")  # of the provider's change feed, as of the last run that ended well
    read_whole_at = models.DateTimeField(null=True)  # when every month was last read
    open_placement = models.IntegerField(null=True)  # the oldest rules by which a line of the open version was placed

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "basis"], name="book_once")]


class Publication(models.Model):
    """A company's N-th publication: what its people call sync N."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="publications")
    number = models.IntegerField()
    book = models.ForeignKey(Book, on_delete=models.CASCADE, related_name="publications")
    version = models.IntegerField()
    placement_version = models.IntegerField()
    moves = models.BigIntegerField(default=0)  # the last row of the log of moved lines (`Remapping`), whosever it is
    start = models.DateField()  # of history, and the fiscal year's first month, as this version was read
    fiscal_year_first_month = models.SmallIntegerField()
    at = models.DateTimeField()
    verified = models.BooleanField()  # every compared balance tied

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "number"], name="publication_number_once"),
            models.UniqueConstraint(fields=["book", "version"], name="publication_version_once"),
        ]


class ListKind(models.TextChoices):
    """What a list row is."""

    ACCOUNT = "account"
    PARTY = "party"
    ITEM = "item"
    DIMENSION = "dimension"
    VALUE = "value"


class Listed(models.Model):
    """A stable row for an account, party, item, dimension or value: everything refers to it by this id."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="listed")
    kind = models.CharField(max_length=10, choices=ListKind.choices)
    scope = models.CharField(max_length=120, default="")  # a party's kind, a value's dimension
    external_id = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "kind", "scope", "external_id"], name="listed_once"),
        ]


class ListedVersion(models.Model):
    """What a list row was called, and what it was, between two versions of a book."""

    book = models.ForeignKey(Book, on_delete=models.CASCADE, related_name="+")
    listed = models.ForeignKey(Listed, on_delete=models.CASCADE, related_name="versions")
    valid_from = models.IntegerField()
    valid_to = models.IntegerField(default=OPEN)
    name = models.TextField()
    number = models.TextField(default="")
    type = models.CharField(max_length=10, default="")
    subtype = models.TextField(default="")
    role = models.CharField(max_length=20, default="")
    parent = models.BigIntegerField(null=True)
    active = models.BooleanField(default=True)
    currency = models.CharField(max_length=3, default="", db_default="")  # an account's, where it is not the book's

    class Meta:
        indexes = [models.Index(fields=["book", "listed", "valid_to"], name="listed_version_at")]


class Entry(models.Model):
    """A posting's header, versioned with its lines: the unit of change."""

    book = models.BigIntegerField()
    key = models.TextField()  # type and external id
    type = models.TextField()
    external_id = models.TextField()
    kind = models.CharField(max_length=12)
    date = models.DateField()
    number = models.TextField()
    party = models.BigIntegerField()  # 0: none
    memo = models.TextField()
    payroll = models.BooleanField()
    record = models.TextField(default="", db_default="")  # what people know it by; "" where it is the entry's key
    reverses = models.TextField(default="", db_default="")  # the key of the entry that this one undoes line by line
    hash = models.BinaryField()
    valid_from = models.IntegerField()
    valid_to = models.IntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["book", "key"], name="entry_key"),
            models.Index(fields=["book", "date"], name="entry_date"),
            models.Index(fields=["book"], name="entry_payroll", condition=Q(payroll=True)),
            models.Index(fields=["book"], name="entry_explaining", condition=Q(kind__in=["residual", "revaluation"])),
            models.Index(fields=["book", "record"], name="entry_record", condition=~Q(record="")),
            models.Index(fields=["book", "reverses"], name="entry_reverses", condition=~Q(reverses="")),
            models.Index(fields=["book", "valid_from"], name="entry_from"),
            models.Index(fields=["book", "valid_to"], name="entry_closed", condition=Q(valid_to__lt=OPEN)),
        ]


class Line(models.Model):
    """One debit or credit: the only carrier of money. Valid exactly as long as its entry."""

    book = models.BigIntegerField()
    entry = models.BigIntegerField()
    ordinal = models.IntegerField()  # the place after sorting by content: it only makes the key unique
    month = models.IntegerField()
    account = models.BigIntegerField()
    amount = models.BigIntegerField()
    party = models.BigIntegerField()  # 0: none, as for the next three
    item = models.BigIntegerField()
    dimension_set = models.BigIntegerField()
    text = models.BigIntegerField()
    currency = models.CharField(max_length=3)  # "" where it is the book's
    currency_amount = models.BigIntegerField()
    valid_from = models.IntegerField()
    valid_to = models.IntegerField()
    expense = models.BigIntegerField()  # 0: in none; the ledger does not interpret it

    class Meta:
        indexes = [
            models.Index(fields=["book", "account", "month"], name="line_cell"),
            models.Index(fields=["entry"], name="line_entry"),
            # All that a rule asks of a line, so that a preview reads the index alone. Queries must say "expense > 0".
            models.Index(
                fields=[
                    "book",
                    "text",
                    "account",
                    "expense",
                    "month",
                    "amount",
                    "party",
                    "item",
                    "dimension_set",
                    "valid_from",
                    "valid_to",
                ],
                condition=Q(expense__gt=0),
                name="line_rule",
            ),
        ]


class Remapping(models.Model):
    """A line that moved from one expense to another, by which version of the rules. Rows are only ever added."""

    book = models.BigIntegerField()
    mapping = models.IntegerField()
    line = models.BigIntegerField()
    old = models.BigIntegerField()
    new = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["book", "mapping"], name="remapping_by_mapping")]


class Text(models.Model):
    """A line's text, kept once a book: vendors repeat themselves."""

    book = models.BigIntegerField()
    digest = models.BigIntegerField()  # 64 bits of BLAKE2: narrows the search, the value decides
    value = models.TextField()
    folded = models.TextField(default="")  # as rules compare it: folded here, since the databases fold differently

    class Meta:
        indexes = [models.Index(fields=["book", "digest"], name="text_digest")]


class DimensionSet(models.Model):
    """A combination of dimension values as it occurs on lines: hundreds, not millions."""

    book = models.BigIntegerField()
    key = models.TextField()  # value row ids, sorted: "12,40"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["book", "key"], name="dimension_set_once")]


class DimensionSetValue(models.Model):
    """One value of a set; at most one a dimension. Both are `Listed` ids."""

    dimension_set = models.ForeignKey(DimensionSet, on_delete=models.CASCADE, related_name="values")
    dimension = models.BigIntegerField()
    value = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dimension_set", "dimension"], name="dimension_set_value_once"),
        ]


class MonthSum(models.Model):
    """Kept: the visible lines' sum by account, expense and month."""

    book = models.BigIntegerField()
    account = models.BigIntegerField()
    expense = models.BigIntegerField()
    month = models.IntegerField()
    amount = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["book", "account", "expense", "month"], name="month_sum_once")]


class PartySum(models.Model):
    """Kept: the visible lines' sum by party, account, expense and month."""

    book = models.BigIntegerField()
    party = models.BigIntegerField()
    account = models.BigIntegerField()
    expense = models.BigIntegerField()
    month = models.IntegerField()
    amount = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["book", "party", "account", "expense", "month"], name="party_sum_once"),
        ]


class TheirBalance(models.Model):
    """A figure of one of the provider's statements at a month's end, versioned; zero is left out."""

    book = models.BigIntegerField()
    statement = models.CharField(max_length=20)
    month = models.IntegerField()
    account = models.BigIntegerField()  # 0: the statement's derived net income
    amount = models.BigIntegerField()
    valid_from = models.IntegerField()
    valid_to = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["book", "valid_to", "statement", "month"], name="their_balance_at")]


class TieOutMonth(models.Model):
    """The outcome of comparing one statement at one month's end, for one version of a book.

    What a residual or revaluation entry explains counts as tied. ``moved`` and ``not_itemised`` are sums of absolute
    movements, account by account, since the compared month end before: of a trial balance alone.
    """

    book = models.BigIntegerField()
    version = models.IntegerField()
    statement = models.CharField(max_length=20)
    month = models.IntegerField()
    compared = models.IntegerField()  # accounts
    differing = models.IntegerField()
    largest = models.BigIntegerField()  # the largest |ours - theirs|
    moved = models.BigIntegerField(default=0, db_default=0)
    not_itemised = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["book", "version", "statement", "month"], name="tie_out_month_once"),
        ]


class Difference(models.Model):
    """One balance that does not tie: ours, theirs. ``explained`` names the kind of entry that explains all of it.

    An explained one has ours as the provider's own postings have it, before that entry.
    """

    book = models.BigIntegerField()
    version = models.IntegerField()
    statement = models.CharField(max_length=20)
    month = models.IntegerField()
    account = models.BigIntegerField()  # 0: net income
    ours = models.BigIntegerField()
    theirs = models.BigIntegerField()
    explained = models.CharField(max_length=12, default="", db_default="")

    class Meta:
        indexes = [models.Index(fields=["book", "version"], name="difference_version")]


class CloseAct(models.TextChoices):
    """What somebody decided about a month."""

    CLOSED = "closed", "Closed"
    ACCEPTED = "accepted", "Books accepted"
    KEPT = "kept", "Closed figures kept"
    REOPENED = "reopened", "Reopened"


class MonthClose(models.Model):
    """A decision about a month of a book, and as of which sync. Rows are only ever added; the last one holds.

    ``CLOSED`` and ``ACCEPTED`` own a copy of the month's sums. ``KEPT`` leaves the copy before it in place.
    """

    book = models.ForeignKey(Book, on_delete=models.CASCADE, related_name="closes")
    month = models.IntegerField()
    act = models.CharField(max_length=10, choices=CloseAct)
    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    note = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["book", "month"], name="month_close_at")]


class ClosedSum(models.Model):
    """A closed month's sum by account and expense, as it was then. ``type`` is what the account was."""

    close = models.ForeignKey(MonthClose, on_delete=models.CASCADE, related_name="sums")
    account = models.BigIntegerField()
    expense = models.BigIntegerField()
    type = models.CharField(max_length=10)
    amount = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["close", "account", "expense"], name="closed_sum_once")]


class Restatement(models.Model):
    """A sync that changed lines of a closed month, told once: a line that moved between accounts counts in both."""

    close = models.ForeignKey(MonthClose, on_delete=models.CASCADE, related_name="restatements")
    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="+")
    lines = models.IntegerField()
    effect = models.BigIntegerField()  # on expense accounts together

    class Meta:
        constraints = [models.UniqueConstraint(fields=["close", "publication"], name="restatement_once")]
