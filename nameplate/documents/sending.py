"""Documents and files as answers, the same from both doors."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpResponse

from nameplate.documents.paper import Printed
from nameplate.models import Attachment


def sent(printed: Printed) -> HttpResponse:
    """The PDF, to be looked at in place. Its name is of safe signs already."""
    answer = HttpResponse(printed.content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{printed.name}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def downloaded(file: Attachment) -> HttpResponse:
    """A file that somebody brought, only ever as a download: whatever is in it, no browser shows or runs it as a page of ours."""
    answer = HttpResponse(bytes(file.content.data), content_type="application/octet-stream")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
