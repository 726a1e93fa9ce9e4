"""Where providers post that something has changed. Nobody is signed in here: the signature is the only proof."""

from __future__ import annotations

import logging

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tieout.connections import webhooks
from tieout.providerkit.errors import ForgedWebhook, UnreadableWebhook

log = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def told(request: HttpRequest, provider: str) -> HttpResponse:
    """Take a delivery in and answer at once."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        if len(request.body) > webhooks.LONGEST:
            return _answer(413)
        webhooks.receive(provider, headers, request.body, now=timezone.now())
    except RequestDataTooBig:
        return _answer(413)
    except webhooks.NoWebhooks:
        return _answer(404)
    except ForgedWebhook as refusal:
        log.warning("a webhook of %s was refused: %s", provider, refusal)
        return _answer(401)
    except UnreadableWebhook as trouble:
        log.warning("a webhook of %s could not be read: %s", provider, trouble)
        return _answer(400)
    return _answer(200)


def _answer(status: int) -> HttpResponse:
    return HttpResponse(status=status, content_type="text/plain")
