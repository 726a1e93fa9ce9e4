"""The consent pages that a person clicks: who they are, which organisations, allow or cancel; without script."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

from werkzeug.wrappers import Response

from tieout.providerkit import sandbox_page
from tieout.providers.xero.sandbox.engine import Organisation
from tieout.providers.xero.sandbox.people import Person

CARRIED = (
    "client_id",
    "response_type",
    "scope",
    "redirect_uri",
    "state",
    "code_challenge",
    "code_challenge_method",
    "nonce",
)


def _page(title: str, body: str, status: int = 200) -> Response:
    return sandbox_page.page(title, body, platform="Xero", status=status)


def ask(
    organisations: Iterable[Organisation], people: Iterable[Person], params: Mapping[str, str], scopes: Iterable[str]
) -> Response:
    """Return the page with the organisations to tick. What the app sent is carried in hidden fields."""
    hidden = "\n".join(
        f'<input type="hidden" name="{key}" value="{escape(params[key])}">' for key in CARRIED if params.get(key)
    )
    choices = "\n".join(
        f'<label class="choice"><input type="checkbox" name="tenantId" value="{escape(it.tenant)}"'
        f"{' checked' if not number else ''}> {escape(it.name)}<small>{escape(it.currency)}</small></label>"
        for number, it in enumerate(organisations)
    )
    signed_in = "\n".join(
        f'<label class="choice"><input type="radio" name="person" value="{escape(it.id)}"'
        f"{' checked' if not number else ''}> {escape(it.name)}"
        f"<small>{escape(it.role.replace('_', ' '))}</small></label>"
        for number, it in enumerate(people)
    )
    wanted = "\n".join(f"<li>{escape(scope)}</li>" for scope in scopes)
    body = f"""<p>The app <strong>{escape(params.get("client_id", ""))}</strong> wants access to:</p>
<ul class="soft">
{wanted}
</ul>
<form method="post" action="/identity/connect/authorize">
{hidden}
<fieldset><legend>Organisations</legend>
{choices}
</fieldset>
<fieldset><legend>You are signed in as</legend>
{signed_in}
</fieldset>
<div class="actions"><button class="main" name="decision" value="allow">Allow access</button>
<button name="decision" value="cancel">Cancel</button></div>
</form>
<p class="soft">You will go back to {escape(params.get("redirect_uri", ""))}</p>"""
    return _page("Connect an app to Xero", body)


def may_not_connect(person: Person, back: str) -> Response:
    """Return the page for a person whose role may not connect apps."""
    body = f"""<p>{escape(person.name)} has the role “{escape(person.role.replace("_", " "))}”. Connecting an app needs
the standard or the adviser role.</p>
<div class="actions"><a class="button" href="{escape(back)}">Return to the app</a></div>"""
    return _page("You do not have permission to connect apps", body, status=403)


def too_many_apps(back: str) -> Response:
    """Return the page for an organisation that has two uncertified apps already."""
    body = f"""<p>An organisation can be connected to at most two apps that Xero has not certified. Disconnect one in
Settings, Connected apps, and try again.</p>
<div class="actions"><a class="button" href="{escape(back)}">Return to the app</a></div>"""
    return _page("This organisation has reached its limit of apps", body, status=403)


def cannot_ask(error: str, why: str = "", status: int = 400) -> Response:
    """Return the page for a request that no consent can answer; the person does not get back to the app."""
    body = f"<p>Error: {escape(error)}{' : ' if why else ''}{escape(why)}</p>"
    return _page("Sorry, something went wrong", body, status=status)


def front(organisations: Iterable[Organisation]) -> Response:
    """Return the page at the root, for the person who opens the printed address."""
    rows = "\n".join(
        f'<p class="choice">{escape(it.name)}<small>{len(it.journals):,} journals</small></p>' for it in organisations
    )
    return _page(
        "Organisations in this sandbox", f'{rows}<p class="soft">Connect from Tieout: there is nothing to do here.</p>'
    )
