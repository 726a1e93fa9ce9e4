"""The address for whoever watches over an installation."""

from __future__ import annotations

from datetime import timedelta
from unittest import mock

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from tieout.companies.models import Company
from tieout.jobs.models import Firing
from tieout.jobs.periods import fire_due

pytestmark = pytest.mark.django_db


def test_without_a_worker_it_is_not_well(client: Client, company: Company) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["database"] is True
    assert answer.json()["worker_seen_seconds_ago"] is None


def test_with_a_worker_it_is_well_until_the_worker_is_gone(client: Client, company: Company) -> None:
    from tieout.jobs import registry

    registry.discover()
    shortest = min(registry.periods().values())
    now = timezone.now()
    fire_due(now=now)
    answer = client.get("/healthz")
    well = now.timestamp() % shortest.total_seconds() < 300
    assert answer.status_code == (200 if well else 503)
    assert not answer.cookies
    assert company.name not in answer.content.decode()
    for firing in Firing.objects.all():
        firing.period -= int(timedelta(days=2) / registry.periods()[firing.name])
        firing.save()
    assert client.get("/healthz").status_code == 503


def test_a_database_that_is_away_is_told(client: Client, db: None) -> None:
    with mock.patch("tieout.config.health.workers_seen_at", side_effect=OperationalError("gone")):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"ok": False, "database": False})
