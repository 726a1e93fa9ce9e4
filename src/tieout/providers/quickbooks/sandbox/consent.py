"""The consent pages that a person clicks: choose a company, connect or deny. They work without script."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

from werkzeug.wrappers import Response

from tieout.providerkit import sandbox_page
from tieout.providers.quickbooks.sandbox.engine import Engine

CARRIED = ("client_id", "response_type", "scope", "redirect_uri", "state")


def _page(title: str, body: str, status: int = 200) -> Response:
    return sandbox_page.page(title, body, platform="QuickBooks", status=status)


def ask(engines: Iterable[Engine], params: Mapping[str, str]) -> Response:
    """Return the page with the company picker. What the app sent is carried in hidden fields."""
    hidden = "\n".join(f'<input type="hidden" name="{key}" value="{escape(params.get(key, ""))}">' for key in CARRIED)
    choices = "\n".join(
        f'<label class="choice"><input type="radio" name="realmId" value="{escape(engine.realm)}"'
        f"{' checked' if not number else ''}> {escape(engine.name)}<small>{escape(engine.realm)}</small></label>"
        for number, engine in enumerate(engines)
    )
    body = f"""<p>The app <strong>{escape(params.get("client_id", ""))}</strong> asks to read and change the accounting
data of a company of yours. QuickBooks has no read-only permission.</p>
<form method="post" action="/connect/oauth2">
{hidden}
<fieldset><legend>Company</legend>
{choices}
</fieldset>
<fieldset><legend>You are signed in as</legend>
<label class="choice"><input type="radio" name="role" value="admin" checked> Company administrator</label>
<label class="choice"><input type="radio" name="role" value="standard"> Standard user</label>
</fieldset>
<div class="actions"><button class="main" name="decision" value="connect">Connect</button>
<button name="decision" value="deny">Deny</button></div>
</form>
<p class="soft">You will go back to {escape(params.get("redirect_uri", ""))}</p>"""
    return _page("Connect an app to QuickBooks", body)


def not_admin(company: str, back: str) -> Response:
    """Return the page for a person who may not connect apps."""
    body = f"""<p>Only an administrator of <strong>{escape(company)}</strong> can connect apps.
Ask one to do it, or to make you an administrator.</p>
<div class="actions"><a class="button" href="{escape(back)}">Return to the app</a></div>"""
    return _page("You need administrator rights", body, status=403)


def cannot_ask(why: str) -> Response:
    """Return the page for a request that no consent can answer."""
    return _page("Something is not right with this request", f"<p>{escape(why)}</p>", status=400)


def front(engines: Iterable[Engine]) -> Response:
    """Return the page at the root, for the person who opens the printed address."""
    rows = "\n".join(
        f'<p class="choice">{escape(engine.name)}<small>{engine.lines_posted:,} lines</small></p>' for engine in engines
    )
    return _page(
        "Companies in this sandbox", f'{rows}<p class="soft">Connect from Tieout: there is nothing to do here.</p>'
    )
