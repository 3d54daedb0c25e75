"""The company as it stands on its papers: name, address, currency, logo."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TypedDict, Unpack

from nameplate import access
from nameplate.ledger.transacting import transacting
from nameplate.models import Setting, User
from nameplate.operations.cataloguing.changes import log_changes
from nameplate.operations.cataloguing.texts import Text, read_texts, refuse_wrong
from nameplate.refusals import Stale

NAME = "company"
TEXTS = {
    "name": Text("Company name", 200),
    "address": Text("Address", 1_000, lines=True),
    "email": Text("E-mail", 254),
    "phone": Text("Phone", 60),
    "currency": Text("Currency", 3, required=True, identifier=True),
}


@dataclass(frozen=True, slots=True)
class Company:
    """What stands on every document. `currency` is an ISO 4217 code; `logo` the checksum of a PNG in `FileContent`, or empty."""

    name: str = ""
    address: str = ""
    email: str = ""
    phone: str = ""
    currency: str = "EUR"
    logo: str = ""
    version: int = 0


class CompanyFields(TypedDict, total=False):
    """What can be typed about the company. What is left out keeps its value."""

    name: str
    address: str
    email: str
    phone: str
    currency: str


def company() -> Company:
    """The company as it is set now."""
    found = Setting.objects.filter(name=NAME).first()
    return Company(**found.values, version=found.version) if found else Company()


@transacting()
def edit_company(*, actor: User, version: int, **given: Unpack[CompanyFields]) -> Company:
    """The company with what was given; `version` is the one that the editor saw, 0 before the first edit."""
    access.require(actor, "settings", "edit")
    Setting.objects.get_or_create(name=NAME, defaults={"values": _values(Company()), "version": 0})
    found = Setting.objects.select_for_update(no_key=True).get(name=NAME)
    if found.version != version:
        raise Stale("stale", "Somebody changed the company’s data since you opened it. Nothing was saved.", way_out="Open it again.")
    wrong: dict[str, str] = {}
    texts = read_texts(TEXTS, given, wrong)
    currency = texts.get("currency", "EUR")
    if not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
        wrong["currency"] = "Say the currency’s three letters, as EUR."
    refuse_wrong(wrong)
    if "currency" in texts:
        texts["currency"] = currency.upper()
    before = dict(found.values)
    changed = {name: value for name, value in texts.items() if before.get(name) != value}
    if changed:
        found.values = {**before, **changed}
        found.version += 1
        found.save()
        changes = [(name, str(before.get(name, "")), value) for name, value in changed.items()]
        log_changes(actor=actor, noun="settings", subject=found.pk, changes=changes)
    return company()


def _values(of: Company) -> dict[str, object]:
    values = asdict(of)
    values.pop("version")
    return values
