"""A finished document as an answer, the same from both doors."""

from __future__ import annotations

from django.http import HttpResponse

from nameplate.documents.paper import Printed


def sent(printed: Printed) -> HttpResponse:
    """The PDF, to be looked at in place. Its name is of safe signs already."""
    answer = HttpResponse(printed.content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{printed.name}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer
