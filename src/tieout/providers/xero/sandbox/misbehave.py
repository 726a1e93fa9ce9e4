"""Faults of whole answers: a status instead of data, a slow or broken body, a grant that ends meanwhile."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

from tieout.providerkit.sandbox_faults import Fault, Faults
from tieout.providers.xero.sandbox import answers

if TYPE_CHECKING:
    from tieout.providers.xero.sandbox.grants import Access
    from tieout.providers.xero.sandbox.host import Sandbox

_GATEWAY = "<html><head><title>{0}</title></head><body><h1>{0} Bad Gateway</h1><hr>sandbox</body></html>"


def instead(faults: Faults, path: str) -> Response | None:
    """Return the answer that a fault gives in place of the right one, after any delay; None to answer rightly."""
    if slow := faults.take("slow", path):
        time.sleep(float(str(slow.value)))
    if html := faults.take("html", path):
        status = int(str(html.args.get("value", 200)))
        return Response(_GATEWAY.format(status), status=status, content_type="text/html")
    fault = faults.take("status", path)
    return None if fault is None else _with_status(int(str(fault.value)), fault)


def _with_status(status: int, fault: Fault) -> Response:
    match status:
        case 401:
            response = answers.refused(answers.unauthenticated())
        case 403:
            response = answers.refused(answers.not_connected())
        case 404:
            response = answers.refused(answers.not_found())
        case 429:
            response = answers.refused(answers.throttled(str(fault.args.get("problem", "minute")), None))
        case 502 | 504:  # these come from the gateway
            response = Response(_GATEWAY.format(status), status=status, content_type="text/html")
        case _:
            response = answers.refused(answers.down(status))
    if "retry_after" in fault.args:
        response.headers["Retry-After"] = str(fault.args["retry_after"])
    return response


def meanwhile(sandbox: Sandbox, access: Access, tenant: str, path: str) -> None:
    """Let a token expire or an organisation be disconnected just before a call is looked at."""
    if sandbox.faults.take("expire_token", path):
        sandbox.grants.expire(access)
    if sandbox.faults.take("disconnect", path):
        sandbox.grants.disconnect_all(tenant)


def limited(faults: Faults, path: str) -> answers.Refusal | None:
    """Return the refusal of a window that is used up, where a fault says so."""
    for name, problem, seconds in (("day_limit", "day", 66_975), ("minute_limit", "minute", 42)):
        if fault := faults.take(name, path):
            value = fault.value
            return answers.throttled(problem, seconds if value is True else int(str(value)))
    return None


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
