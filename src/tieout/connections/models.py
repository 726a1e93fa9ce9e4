"""Connections, their grants, their runs, and what is told of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from tieout.connections.plan import Plan


class ConnectionState(models.TextChoices):
    """Whether the books can be read. "Syncing" is not a state of the connection: a run is."""

    CONNECTED = "connected", "Connected"
    RECONNECT = "reconnect", "Needs re-authorisation"
    ERROR = "error", "Error"
    PAUSED = "paused", "Paused"
    DISCONNECTED = "disconnected", "Disconnected"


class Connection(models.Model):
    """One authorised link to one organisation."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="connections")
    provider = models.CharField(max_length=40)
    organisation = models.OneToOneField("ledger.Organisation", on_delete=models.PROTECT, related_name="connection")
    book = models.ForeignKey("ledger.Book", on_delete=models.PROTECT, null=True, related_name="connections")
    state = models.CharField(max_length=12, choices=ConnectionState, default=ConnectionState.CONNECTED)
    trouble = models.TextField(blank=True)  # what happened, in words; empty while all is well
    remedy = models.TextField(blank=True)
    basis = models.CharField(max_length=10, default="accrual")
    history = models.CharField(max_length=10, default="default")  # default | everything
    sync_day = models.SmallIntegerField(default=1)  # 1..31, clamped to short months
    next_sync_at = models.DateTimeField(null=True)  # when the schedule starts the next run by itself; None: never
    failing_since = models.DateTimeField(null=True)  # the first failure after the last run that reached its end
    show_running_month = models.BooleanField(default=False)  # on planning pages, marked partial
    is_sandbox = models.BooleanField(default=False)  # said on every page that shows its figures
    connected_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    connected_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True)  # when a run last compared the books with ours to its end


class Credential(models.Model):
    """A grant's tokens, encrypted with the connection inside. Destroyed at disconnection."""

    connection = models.OneToOneField(Connection, on_delete=models.CASCADE, related_name="credential")
    sealed = models.BinaryField()
    generation = models.IntegerField(default=1)  # moves with each rotation
    refreshing_until = models.DateTimeField(null=True)  # a process is refreshing: the others wait for its outcome
    ends_at = models.DateTimeField(null=True)  # when the grant is over unless somebody authorises again; None: unknown


class ConsentRequest(models.Model):
    """A redirect to a provider's consent page that has not come back: its `state`, good once, for ten minutes."""

    digest = models.CharField(max_length=64, unique=True)  # of the state: the value itself is only in the address
    session = models.CharField(max_length=64)  # digest of the browser session that began it
    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    provider = models.CharField(max_length=40)
    basis = models.CharField(max_length=10)
    history = models.CharField(max_length=10)
    sync_day = models.SmallIntegerField()
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class PendingGrant(models.Model):
    """A grant for several organisations, until the person has chosen one. Destroyed when it is used, or late."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    session = models.CharField(max_length=64)  # digest of the browser session in which access was given
    provider = models.CharField(max_length=40)
    basis = models.CharField(max_length=10)
    history = models.CharField(max_length=10)
    sync_day = models.SmallIntegerField()
    owner = models.CharField(max_length=32)  # for whom the tokens are sealed: another row's do not open
    sealed = models.BinaryField()
    organisations = models.JSONField()  # [external id, name, note] of each
    ends_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["ends_at"], name="pending_grant_end")]

    @property
    def external_ids(self) -> list[str]:
        """The organisations' ids, in the provider's order."""
        return [str(it[0]) for it in self.organisations]


class RunKind(models.TextChoices):
    """Why a run was started."""

    INITIAL = "initial", "First sync"
    DAILY = "daily", "Daily"
    MONTHLY = "monthly", "Sync date"
    MANUAL = "manual", "Refresh"
    WEBHOOK = "webhook", "Told by the provider"


class RunState(models.TextChoices):
    """Where a run stands. The first two are its life, the others its end."""

    QUEUED = "queued", "Waiting to start"
    RUNNING = "running", "Running"
    PUBLISHED = "published", "Published"
    UNCHANGED = "unchanged", "Nothing changed"
    HELD = "held", "Held"
    FAILED = "failed", "Failed"


ALIVE = (RunState.QUEUED, RunState.RUNNING)


class Reach(models.TextChoices):
    """How much of the books a run reads."""

    EVERYTHING = "everything", "Every month"
    CHANGES = "changes", "What changed"


class Phase(models.TextChoices):
    """The steps of a run, in order."""

    STARTING = "starting", "Starting"
    LISTS = "lists", "Chart of accounts and lists"
    LINES = "lines", "Ledger lines, month by month"
    TIE_OUT = "tie_out", "Tie-out"
    PUBLISH = "publish", "Publish"
    DONE = "done", "Done"


class SyncRun(models.Model):
    """One run that brings the ledger to the books' state. The row is its lease, its checkpoint and its log."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="runs")
    kind = models.CharField(max_length=10, choices=RunKind)
    state = models.CharField(max_length=10, choices=RunState, default=RunState.QUEUED)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    requested_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    fence = models.IntegerField(default=0)  # moves with each holder: an older one can write nothing more
    heartbeat = models.DateTimeField(null=True)
    attempts = models.IntegerField(default=0)  # how often a passing trouble made it wait
    waiting_until = models.DateTimeField(null=True)
    told_to_wait = models.BooleanField(default=False)  # by the provider: nobody may ask earlier
    troubled_since = models.DateTimeField(null=True)  # since when nothing the provider sent could be kept

    book = models.ForeignKey("ledger.Book", on_delete=models.PROTECT, null=True, related_name="+")
    version = models.IntegerField(null=True)  # of the book, open while the run lives or is held
    planned_start = models.DateField(null=True)  # what the version is read by: `plan.Plan`
    planned_first_month = models.SmallIntegerField(null=True)
    planned_day = models.DateField(null=True)
    source = models.TextField(blank=True)  # which of the provider's sources of postings the version is read from
    everything = models.BooleanField(default=False)  # whoever asked wants every month read
    reach = models.CharField(max_length=10, choices=Reach, default=Reach.EVERYTHING)  # what it came to
    because = models.TextField(blank=True)  # why every month is read, in words
    cursor = models.TextField(blank=True)  # of the change feed: becomes the book's when the run ends well
    parts = models.JSONField(default=list)  # what to read, as `parts.stored` writes it
    # What else is done: "afresh", "lists", "opening", a statement with its months' keys.
    received = models.JSONField(default=dict)
    phase = models.CharField(max_length=10, choices=Phase, default=Phase.STARTING)
    windows_total = models.IntegerField(default=0)
    windows_done = models.IntegerField(default=0)  # the checkpoint: parts before it are staged whole
    resume = models.TextField(blank=True)  # where the part after them was left
    reading = models.TextField(blank=True)  # what is being read now, in words

    calls = models.IntegerField(default=0)
    lines_read = models.IntegerField(default=0)
    lines_added = models.IntegerField(default=0)
    lines_changed = models.IntegerField(default=0)
    lines_removed = models.IntegerField(default=0)
    rows_written = models.IntegerField(default=0)  # rows of the ledger, lines among them
    new_accounts = models.IntegerField(default=0)
    new_parties = models.IntegerField(default=0)
    lists_note = models.TextField(blank=True)
    told = models.IntegerField(default=0)  # records that the change feed named
    drifted = models.IntegerField(default=0)  # months that only the comparison of balances showed to have changed
    restated = models.IntegerField(default=0)  # lines that the run changes in closed months

    compared = models.IntegerField(default=0)  # accounts × months, with the trial balance
    differing = models.IntegerField(default=0)
    largest = models.BigIntegerField(default=0)
    # Thousandths of what moved that single postings explain; null where the provider itemises everything.
    itemised = models.SmallIntegerField(null=True)
    fell_from = models.SmallIntegerField(null=True)  # what it was at the last sync, where that holds the run
    revalued = models.BooleanField(default=False)  # whether currency revaluations explain differences
    publication = models.ForeignKey("ledger.Publication", on_delete=models.SET_NULL, null=True, related_name="runs")
    reason = models.TextField(blank=True)
    remedy = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection"], condition=Q(state__in=["queued", "running"]), name="run_alone"
            ),
        ]
        indexes = [models.Index(fields=["connection", "-requested_at"], name="run_log")]

    @property
    def plan(self) -> Plan | None:
        """By what the run's version is read; None before it has one."""
        if self.planned_start is None or self.planned_first_month is None or self.planned_day is None:
            return None
        return Plan(self.planned_start, self.planned_first_month, self.planned_day)

    @property
    def alive(self) -> bool:
        """Whether the run is still to end."""
        return self.state in ALIVE


class Admission(models.Model):
    """A month that counts as actuals, since which sync, and by whom (nobody: by the sync date)."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="admissions")
    month = models.IntegerField()
    publication = models.ForeignKey("ledger.Publication", on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "month"], name="admission_once")]


class NoticeKind(models.TextChoices):
    """What a notice is about. The labels stand where people choose their mails."""

    FIRST_SYNC = "first_sync", "The first sync has ended"
    FAILING = "failing", "The books could not be read for a day"
    RECONNECT = "reconnect", "The books need to be authorised again"
    GRANT_ENDS = "grant_ends", "The authorisation ends soon"
    UNASSIGNED = "unassigned", "New accounts without a department"
    UNTIED = "untied", "The books no longer tie"
    CLOSED_MONTH = "closed_month", "A closed month has changed in the books"


class Notice(models.Model):
    """Something a person is told in the app, until it is read. A thing with a ``key`` is told to a person once."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="notices")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=30, choices=NoticeKind, default=NoticeKind.FIRST_SYNC)
    key = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()
    title = models.TextField()
    text = models.TextField()
    path = models.CharField(max_length=200)  # where the next step is
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "person", "kind", "key"], condition=~Q(key=""), name="notice_once"
            ),
        ]


class MailWish(models.Model):
    """A kind of notice that a person does not want by e-mail; in the app it is told all the same."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=30, choices=NoticeKind)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "person", "kind"], name="mail_wish_once")]


class WebhookEvent(models.Model):
    """An event that a provider has told of, kept so that a repeated delivery starts nothing."""

    provider = models.CharField(max_length=40)
    event = models.CharField(max_length=200)  # the provider's id of it, or a digest of what it says
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "event"], name="webhook_event_once")]
        indexes = [models.Index(fields=["received_at"], name="webhook_event_age")]
