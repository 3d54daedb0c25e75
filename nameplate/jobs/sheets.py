"""Short tables as files at once, the same from both doors: what fits into a request needs no job."""

from __future__ import annotations

from django.http import HttpResponse

from nameplate import access
from nameplate.jobs.exporting import CSV, table_file
from nameplate.listings.shipped import Of, cells
from nameplate.models import Document, DocumentKind, Party, PartyRole
from nameplate.refusals import NotFound

TYPES = {CSV: "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def shipped_file(*, actor: access.Actor, of: Of, subject: int, form: str) -> HttpResponse:
    """The serial numbers that went with a shipment, for an order or to a customer, as the customer wants them. Refused: there is none."""
    access.require(actor, "stock", "view")
    name = _name(of, subject)
    columns, rows = cells(actor=actor, of=of, subject=subject)
    content = table_file(columns, rows, form)
    # A spreadsheet takes a CSV for what its first bytes say.
    answer = HttpResponse(b"\xef\xbb\xbf" + content if form == CSV else content, content_type=TYPES[form])
    safe = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-_.") else "-" for sign in name)
    answer["Content-Disposition"] = f'attachment; filename="{safe}-serials.{form}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _name(of: Of, subject: int) -> str:
    kinds = {"shipments": DocumentKind.SHIPMENT, "customer-orders": DocumentKind.CUSTOMER_ORDER}
    papers = (
        Document.objects.filter(pk=subject, kind=kinds[of]) if of in kinds else Party.objects.filter(pk=subject, role=PartyRole.CUSTOMER)
    )
    number: str | None = papers.values_list("number", flat=True).first()
    if number is None:
        raise NotFound("not-found", "There is no such thing.", way_out="Go back to the list.")
    return number
