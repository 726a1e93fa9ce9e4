"""A run's page, its moving part and its facts, as it goes and as it ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.connections.conftest import NOW, Runner
from tieout.connections.models import Connection, Phase, RunState, SyncRun
from tieout.connections.progress import duration, progress_of


def base(connected: Connection) -> str:
    return f"/c/{connected.company.slug}/integrations/"


def going(connected: Connection, **changes: object) -> SyncRun:
    """Return the queued run as if a worker had come so far."""
    SyncRun.objects.filter(connection=connected).update(
        **{"state": RunState.RUNNING, "started_at": NOW, "phase": Phase.LINES, "windows_total": 15, **changes}
    )
    return SyncRun.objects.get(connection=connected)


def test_a_running_run_asks_for_its_progress_each_second(client: Client, bob: User, connected: Connection) -> None:
    run = going(connected, windows_done=6, lines_read=48_212, calls=63, reading="March 2025")
    client.force_login(bob)
    page = client.get(f"{base(connected)}runs/{run.pk}/").content.decode()
    for words in ("Reading the ledger, March 2025", "48,212", "6 of 15", "63", 'hx-trigger="every 1s"'):
        assert words in page
    moving = client.get(f"{base(connected)}runs/{run.pk}/progress/", headers={"HX-Request": "true"})
    assert "HX-Refresh" not in moving.headers
    assert "<html" not in moving.content.decode()
    assert 'hx-trigger="every 1s"' in moving.content.decode()


def test_an_ended_run_stops_asking_and_has_the_page_drawn_anew(
    client: Client, bob: User, connected: Connection, sync: Runner
) -> None:
    run = sync()
    client.force_login(bob)
    moving = client.get(f"{base(connected)}runs/{run.pk}/progress/", headers={"HX-Request": "true"})
    assert moving.headers["HX-Refresh"] == "true"
    assert "hx-trigger" not in moving.content.decode()
    page = client.get(f"{base(connected)}runs/{run.pk}/").content.decode()
    assert "Published. Every balance ties" in page
    assert "The largest difference is 0.00" in page


def test_the_facts_of_a_run(client: Client, bob: User, connected: Connection, sync: Runner) -> None:
    run = sync()
    client.force_login(bob)
    facts = client.get(f"{base(connected)}runs/{run.pk}.json").json()
    assert facts["state"] == "published"
    assert (facts["lines_read"], facts["differing"], facts["largest"], facts["sync"]) == (17, 0, "0.00", 1)
    assert facts["compared"] > 0
    assert facts["windows_done"] == facts["windows_total"] > 0
    assert facts["finished"] > facts["started"]


def test_a_run_that_found_nothing_new_says_that_nothing_was_written(
    client: Client, bob: User, connected: Connection, sync: Runner
) -> None:
    sync()
    run = sync()
    client.force_login(bob)
    page = client.get(f"{base(connected)}runs/{run.pk}/").content.decode()
    assert "Nothing changed, 0 rows written" in page
    assert "as they were at sync 1" in page
    assert client.get(f"{base(connected)}runs/{run.pk}.json").json()["rows_written"] == 0


def test_a_sync_leads_to_what_it_changed_and_to_what_waits_after_it(
    client: Client, bob: User, connected: Connection, sync: Runner
) -> None:
    run = sync()
    client.force_login(bob)
    changes = f"/c/{connected.company.slug}/reports/change-log/?to=1"
    assert changes in client.get(base(connected)).content.decode(), "the log"
    page = client.get(f"{base(connected)}runs/{run.pk}/").content.decode()
    assert changes in page
    assert "expense accounts have no department yet" in page
    assert client.get(changes).status_code == 200
    SyncRun.objects.filter(pk=run.pk).update(restated=3)
    assert "Closed months have changed" in client.get(f"{base(connected)}runs/{run.pk}/").content.decode()
    nothing = sync()
    assert "change-log/?to=" not in client.get(f"{base(connected)}runs/{nothing.pk}/").content.decode()


def test_a_run_of_another_company_is_not_found(client: Client, charlie: User, connected: Connection) -> None:
    from tieout.companies.services import create_company

    other = create_company(name="Other", person=charlie)
    run = SyncRun.objects.get()
    client.force_login(charlie)
    for tail in ("/", "/progress/", ".json"):
        assert client.get(f"/c/{other.slug}/integrations/runs/{run.pk}{tail}").status_code == 404
    assert client.post(f"/c/{other.slug}/integrations/runs/{run.pk}/publish/").status_code == 404


def test_time_left_is_guessed_from_the_months_read(connected: Connection) -> None:
    run = going(connected, windows_done=5)
    assert progress_of(run, now=NOW + timedelta(seconds=100)).left == "about 3 min 20 s left"
    run.windows_done = 1
    assert progress_of(run, now=NOW + timedelta(seconds=100)).left == ""


def test_the_window_of_what_is_dated_ahead_is_no_month(connected: Connection, sync: Runner) -> None:
    run = sync()
    run.refresh_from_db()
    progress = progress_of(run, now=NOW)
    # April 2023, where the fiscal year of the first posting begins, to June 2025.
    assert (progress.months_done, progress.months_total) == (27, 27)
    assert run.windows_total == 28


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0 s"), (59, "59 s"), (60, "1 min 0 s"), (139, "2 min 19 s"), (3900, "1 h 5 min")]
)
def test_durations_in_words(seconds: int, words: str) -> None:
    assert duration(timedelta(seconds=seconds)) == words
