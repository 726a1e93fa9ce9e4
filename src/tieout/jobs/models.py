"""The table that is the home of jobs where the database is SQLite, and the one that knows which periods have begun."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from tieout.jobs.home import State


class Job(models.Model):
    """One piece of background work, where the database is SQLite: on PostgreSQL this stays empty.

    Its ``lock`` names what it must have for itself ("" = nothing).
    """

    task = models.CharField(max_length=100)
    arguments = models.JSONField()
    lock = models.CharField(max_length=200, blank=True)
    state = models.CharField(
        max_length=10, choices=[(state, state.capitalize()) for state in State], default=State.WAITING
    )
    run_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)  # how often it was claimed; the newest claim is the valid one
    holder = models.CharField(max_length=200, blank=True)
    beat_at = models.DateTimeField(null=True, blank=True)  # the holder's last sign of life
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lock"], condition=Q(state="waiting") & ~Q(lock=""), name="jobs_one_waiting_per_lock"
            ),
            models.UniqueConstraint(
                fields=["lock"], condition=Q(state="running") & ~Q(lock=""), name="jobs_one_running_per_lock"
            ),
        ]
        indexes = [
            models.Index(fields=["run_at", "id"], condition=Q(state__in=["waiting", "running"]), name="jobs_open"),
            models.Index(fields=["finished_at"], condition=Q(finished_at__isnull=False), name="jobs_over"),
        ]

    def __str__(self) -> str:
        return f"{self.task} #{self.pk}"


class Firing(models.Model):
    """The newest period for which a periodic task was fired."""

    name = models.CharField(max_length=100, unique=True)
    period = models.BigIntegerField()  # counted from the beginning of 1970, UTC

    def __str__(self) -> str:
        return f"{self.name} {self.period}"
