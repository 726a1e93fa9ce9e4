"""Faults of whole answers: a status instead of data, a slow or broken body."""

from __future__ import annotations

import time

from werkzeug.wrappers import Response

from tieout.providerkit.sandbox_clock import Clock
from tieout.providerkit.sandbox_faults import Faults
from tieout.providers.quickbooks.sandbox import answers

_GATEWAY = "<html><head><title>{0}</title></head><body><h1>{0} Bad Gateway</h1><hr>sandbox</body></html>"


def instead(faults: Faults, path: str, clock: Clock) -> Response | None:
    """Return the answer that a fault gives in place of the right one, after any delay; None to answer rightly."""
    if slow := faults.take("slow", path):
        time.sleep(float(str(slow.value)))
    if html := faults.take("html", path):
        status = int(str(html.args.get("value", 200)))
        return Response(_GATEWAY.format(status), status=status, content_type="text/html")
    fault = faults.take("status", path)
    return None if fault is None else _with_status(int(str(fault.value)), fault.args.get("retry_after"), clock)


def _with_status(status: int, retry_after: object, clock: Clock) -> Response:
    if status == 401:
        return answers.unauthenticated(clock)
    if status in (502, 504):  # these come from the gateway
        return Response(_GATEWAY.format(status), status=status, content_type="text/html")
    known = {403: answers.wrong_company(), 429: answers.throttled()}
    return answers.refused(known.get(status, answers.system_failure(status)), clock, retry_after=retry_after)


def spoilt(response: Response, faults: Faults, path: str) -> Response:
    """Return an answer with its body cut or gone, where a fault says so."""
    if response.status_code != 200:
        return response
    if faults.take("empty_body", path):
        response.set_data(b"")
    elif faults.take("truncated_json", path):
        body = response.get_data()
        response.set_data(body[: len(body) * 2 // 3])
    return response
