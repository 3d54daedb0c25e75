"""What all pages that change something share: once per form, then on to another page; a refusal shows the form again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from nameplate import access
from nameplate.models import User
from nameplate.operations.once import once
from nameplate.refusals import Busy, Forbidden, Invalid, NotFound, Refused
from nameplate.web.forms import TypedForm, key_is_spent

NOT_SENT = {"csrfmiddlewaretoken", "idempotency_key"}


def actor_of(request: HttpRequest) -> User:
    """Who acts: always the session's own account, never a name that was sent."""
    if not isinstance(request.user, User):
        raise Forbidden("not-allowed", "Sign in first.")
    return request.user


def viewing(request: HttpRequest, section: access.Section, right: access.Right = "view") -> User:
    """The actor, if this page is for them."""
    actor = actor_of(request)
    access.require(actor, section, right)
    return actor


def see_other(address: str) -> HttpResponseRedirect:
    """On to `address` after a change, so that a reload does not repeat it."""
    answer = HttpResponseRedirect(address)
    answer.status_code = 303
    return answer


def act_once(request: HttpRequest, act: Callable[[], tuple[str, str]]) -> HttpResponse:
    """Run `act`, which answers an address and a sentence, once for the form's key; then go to the address and say the sentence."""
    sent = sorted((name, value) for name in request.POST if name not in NOT_SENT for value in request.POST.getlist(name))
    sent += sorted((name, _digest(file)) for name in request.FILES for file in request.FILES.getlist(name))

    def answered(_: object) -> tuple[int, dict[str, Any]]:
        address, sentence = act()
        return 303, {"location": address, "message": sentence}

    try:
        answer = once(
            actor=actor_of(request),
            route=f"page {request.path}",
            key=request.POST.get("idempotency_key", ""),
            body=urlencode(sent).encode(errors="surrogatepass"),
            act=answered,
        )
    except Refused as refusal:
        if not key_is_spent(refusal):
            raise
        # In the words of a page; the form that is shown with it has a fresh key.
        message = "This form was sent already; what you typed now is not saved yet."
        raise Invalid(refusal.rule, message, way_out="Send it again.") from refusal
    if answer.body["message"]:
        messages.success(request, answer.body["message"])
    return see_other(answer.body["location"])


def _digest(file: UploadedFile[bytes]) -> str:
    """What tells a file that was sent from another."""
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return digest


def form_page(
    request: HttpRequest,
    form: TypedForm,
    template: str,
    act: Callable[[], tuple[str, str]],
    context: Mapping[str, Any],
    tell: Callable[[Refused], None] | None = None,
) -> HttpResponse:
    """The form; when it was sent, what it asks for, or the form again with the refusal. `tell` takes the refusal where the form cannot."""
    refused: Refused | None = None
    if request.method == "POST":
        try:
            return act_once(request, act)
        except (Forbidden, NotFound):
            raise
        except Refused as refusal:
            form.tell(refusal)
            if tell is not None:
                tell(refusal)
            refused = refusal
    answer = render(request, template, {**context, "form": form, "refused": refused}, status=refused.status if refused else 200)
    if isinstance(refused, Busy):
        answer["Retry-After"] = str(refused.retry_after)
    return answer


def button_page(
    request: HttpRequest, act: Callable[[], tuple[str, str]], page: Callable[[HttpRequest, Refused], HttpResponse]
) -> HttpResponse:
    """A button that acts at once. A refusal is said on `page`, the one it was pressed on, with the links to what is in the way."""
    try:
        return act_once(request, act)
    except (Forbidden, NotFound, Busy):
        raise
    except Refused as refusal:
        answer = page(request, refusal)
        answer.status_code = refusal.status
        return answer
