"""Things that a text field names: proposed while one types, found when the form is sent. Works without scripts: the text alone decides."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from django.db.models import Case, Q, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from nameplate import access
from nameplate.models import Document, DocumentKind, Item, Location, Party, PartyRole
from nameplate.operations.sales import OPEN
from nameplate.serial_text import canonical
from nameplate.web.acting import viewing

MOST = 100
NONE = 0
"""An id that nothing has: the operation then says that there is no such thing."""
Option = tuple[str, str]
"""What is put into the field, and what explains it."""


def _items(text: str) -> Iterable[Option]:
    found = Item.objects.filter(archived=False, bought=True, number_key__contains=text).order_by("number_key", "id")[:MOST]
    return [(item.number, item.description) for item in found]


def _components(text: str) -> Iterable[Option]:
    """Whatever can be built in, bought or made."""
    found = Item.objects.filter(archived=False, number_key__contains=text).order_by("number_key", "id")[:MOST]
    return [(item.number, item.description) for item in found]


def _products(text: str) -> Iterable[Option]:
    """Whatever is made here."""
    found = Item.objects.filter(archived=False, made=True, number_key__contains=text).order_by("number_key", "id")[:MOST]
    return [(item.number, item.description) for item in found]


def _vendors(text: str) -> Iterable[Option]:
    found = Party.objects.filter(role=PartyRole.VENDOR, archived=False, name_key__contains=text).order_by("name_key", "id")[:MOST]
    return [(party.name, party.number) for party in found]


def _customers(text: str) -> Iterable[Option]:
    found = Party.objects.filter(role=PartyRole.CUSTOMER, archived=False, name_key__contains=text).order_by("name_key", "id")[:MOST]
    return [(party.name, party.number) for party in found]


def _open_orders(text: str) -> Iterable[Option]:
    """Customer orders of which something is still to be shipped."""
    found = Document.objects.filter(kind=DocumentKind.CUSTOMER_ORDER, status__in=OPEN, number_key__contains=text)
    return [(order.number, order.party.name if order.party else "") for order in found.select_related("party").order_by("-pk")[:MOST]]


def _locations(text: str) -> Iterable[Option]:
    found = Location.objects.filter(archived=False, site__archived=False, label_key__contains=text).exclude(
        purpose=Location.Purpose.TRANSIT
    )
    return [(label_of(location), "") for location in found.select_related("site").order_by("label_key", "id")[:MOST]]


def _groups(text: str) -> Iterable[Option]:
    """The groups in use; they are few, so they are folded here."""
    groups = Item.objects.exclude(group="").order_by("group").values_list("group", flat=True).distinct()
    return [(group, "") for group in groups if text in _key(group)][:MOST]


SOURCES: dict[str, tuple[access.Section, Callable[[str], Iterable[Option]]]] = {
    "items": ("catalogue", _items),
    "components": ("catalogue", _components),
    "products": ("catalogue", _products),
    "vendors": ("catalogue", _vendors),
    "customers": ("catalogue", _customers),
    "customer-orders": ("sales", _open_orders),
    "locations": ("catalogue", _locations),
    "groups": ("catalogue", _groups),
}


@require_safe
def options(request: HttpRequest, name: str) -> HttpResponse:
    """The options of a datalist that fit what is typed, whatever the field is called."""
    if name not in SOURCES:
        raise Http404
    section, source = SOURCES[name]
    viewing(request, section)
    text = next(iter(request.GET.values()), "")
    return render(request, "catalogue/options.html", {"options": source(_key(str(text)[:200]))})


def proposals(name: str) -> Iterable[Option]:
    """The first options, for a page before anything is typed."""
    return SOURCES[name][1]("")


def item_named(text: str) -> int:
    """The id of the item with this number, archived or not, so that the operation can say that it is archived."""
    return _only(Item.objects.filter(number_key=_key(text)).values_list("pk", flat=True))


def vendor_named(text: str, role: PartyRole = PartyRole.VENDOR) -> int:
    """The id of the vendor with this number, or with this name when only one has it."""
    vendors = Party.objects.filter(role=role)
    key = _key(text)
    return _only(vendors.filter(number_key=key).values_list("pk", flat=True)) or _only(
        vendors.filter(name_key=key).values_list("pk", flat=True)[:2]
    )


def vendor_text(vendor: Party | None) -> str:
    """What a field must hold to name this party: the name, or the number where another of its role has the same name."""
    if vendor is None:
        return ""
    namesakes = Party.objects.filter(role=vendor.role, name_key=vendor.name_key).exclude(pk=vendor.pk)
    return vendor.number if namesakes.exists() else vendor.name


def customer_named(text: str) -> int:
    """The same of a customer."""
    return vendor_named(text, PartyRole.CUSTOMER)


def orders_named(text: str) -> list[int]:
    """The ids of the customer orders with these numbers, separated by commas or spaces; `NONE` for each that there is not."""
    keys = [_key(part) for part in text.replace(",", " ").split()]
    found = dict(Document.objects.filter(kind=DocumentKind.CUSTOMER_ORDER, number_key__in=keys).values_list("number_key", "pk"))
    return [found.get(key, NONE) for key in dict.fromkeys(keys)]


def location_named(text: str) -> int | None:
    """The id of the location with this label ("site · name"), None for an empty field."""
    key = _key(text)
    return _only(Location.objects.filter(label_key=key).values_list("pk", flat=True)) if key else None


def places_named(texts: Iterable[str]) -> dict[str, tuple[int | None, str]]:
    """For each text its location's id, as `location_named`, and what speaks against receiving there. At most one statement."""
    keys = {text: _key(text) for text in texts}
    wanted = {key for key in keys.values() if key}
    usable = Q(archived=False, site__archived=False) & ~Q(purpose=Location.Purpose.TRANSIT)
    rows = Location.objects.filter(label_key__in=wanted).annotate(usable=Case(When(usable, then=True), default=False))
    found: dict[str, list[tuple[int, bool]]] = {}
    for key, pk, fit in rows.values_list("label_key", "pk", "usable") if wanted else ():
        found.setdefault(key, []).append((pk, fit))
    return {text: _place(text, found.get(key, ())) if key else (None, "") for text, key in keys.items()}


def _place(text: str, found: Sequence[tuple[int, bool]]) -> tuple[int, str]:
    if len(found) != 1:
        return NONE, f"There is no place “{text.strip()[:80]}”."
    pk, fit = found[0]
    return pk, "" if fit else f"Nothing is received at “{text.strip()[:80]}” any more; choose another place."


def place_label(location_id: int | None) -> str:
    """How the location with this id is written; empty for none."""
    found = Location.objects.select_related("site").filter(pk=location_id or 0).first()
    return label_of(found) if found is not None else ""


def label_of(location: Location) -> str:
    """How a location is written where its site is not plain."""
    return f"{location.site.name} · {location.name}"


def _key(text: str) -> str:
    """What a name is looked for by. PostgreSQL does not even look for a NUL, so another sign that is in no name takes its place."""
    return canonical(text).replace("\x00", "\ufffd")


def _only(ids: Iterable[int]) -> int:
    found = list(ids)
    return found[0] if len(found) == 1 else NONE
