"""The company as it stands on its papers: name, address, currency, logo; and from when on it is warned that a lot expires."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from nameplate import access
from nameplate.ledger.transacting import transacting
from nameplate.models import Change, FileContent, Setting, User
from nameplate.operations import filing
from nameplate.operations.cataloguing.amounts import read_whole
from nameplate.operations.cataloguing.changes import log_changes
from nameplate.operations.cataloguing.texts import Text, read_texts, refuse_wrong
from nameplate.operations.pictures import read_picture
from nameplate.refusals import NotFound, Stale

NAME = "company"
NOUN = "settings"
TEXTS = {
    "name": Text("Company name", 200),
    "address": Text("Address", 1_000, lines=True),
    "email": Text("E-mail", 254),
    "phone": Text("Phone", 60),
    "currency": Text("Currency", 3, required=True, identifier=True),
}
MOST_WARNING = 3_650
"""The longest warning before a lot expires, in days."""
LOGO = (1200, 600)
"""The most pixels of the logo: on paper it is a few centimetres wide."""


@dataclass(frozen=True, slots=True)
class Company:
    """What stands on every document. `currency` is an ISO 4217 code; `logo` the checksum of a PNG in `FileContent`, or empty."""

    name: str = ""
    address: str = ""
    email: str = ""
    phone: str = ""
    currency: str = "EUR"
    logo: str = ""
    expiry_warning: int = 30
    """So many days before it expires a lot is said to expire soon."""
    version: int = 0


class CompanyFields(TypedDict, total=False):
    """What can be given of the company; what is left out keeps its value. `logo` is a PNG or JPEG file's bytes, none to take it off."""

    name: str
    address: str
    email: str
    phone: str
    currency: str
    logo: bytes
    expiry_warning: int | str
    """In days; nothing typed is the usual number."""


def company() -> Company:
    """The company as it is set now."""
    found = Setting.objects.filter(name=NAME).first()
    return Company(**found.values, version=found.version) if found else Company()


def logo() -> bytes:
    """The company's logo as a PNG. Refused: there is none."""
    found = FileContent.objects.filter(pk=company().logo).first()
    if found is None:
        raise NotFound("not-found", "The company has no logo.", way_out="Choose one under Settings → Company.")
    return bytes(found.data)


@transacting()
def edit_company(*, actor: User, version: int, **given: Unpack[CompanyFields]) -> Company:
    """The company with what was given; `version` is the one that the editor saw, 0 before the first edit."""
    access.require(actor, "settings", "edit")
    Setting.objects.get_or_create(name=NAME, defaults={"values": _values(Company()), "version": 0})
    found = Setting.objects.select_for_update(no_key=True).get(name=NAME)
    if found.version != version:
        raise _stale(found, version, given)
    values = _read(given)
    before = {**_values(Company()), **found.values}
    changed = {name: value for name, value in values.items() if before[name] != value}
    if changed:
        found.values = {**before, **changed}
        found.version += 1
        found.save()
        changes = [(name, _shown(name, before[name]), _shown(name, value)) for name, value in changed.items()]
        log_changes(actor=actor, noun=NOUN, subject=found.pk, changes=changes)
    return company()


def _read(given: CompanyFields) -> dict[str, str | int]:
    wrong: dict[str, str] = {}
    texts = read_texts(TEXTS, given, wrong)
    values: dict[str, str | int] = {**texts}
    if "expiry_warning" in given:
        days = read_whole("The warning", given["expiry_warning"], "expiry_warning", wrong, most=MOST_WARNING, least=0)
        values["expiry_warning"] = Company().expiry_warning if days is None else days
    if texts.get("email"):
        try:
            validate_email(texts["email"])
        except ValidationError:
            wrong["email"] = "This is not an e-mail address; it looks like name@example.com."
    if "currency" in texts:
        currency = values["currency"] = texts["currency"].upper()
        if not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
            wrong["currency"] = "Say the currency’s three letters, as EUR."
    refuse_wrong(wrong)
    if "logo" in given:
        values["logo"] = filing.keep(read_picture(given["logo"], field="logo", width=LOGO[0], height=LOGO[1])).pk if given["logo"] else ""
    return values


def _stale(found: Setting, version: int, given: Mapping[str, object]) -> Stale:
    """The refusal that says what stands now beside each field that differs."""
    texts = {name: str("" if value is None else value) for name, value in given.items() if name != "logo"}
    standing = {**_values(Company()), **found.values}
    now = {name: str(standing[name]) for name in texts}
    last = Change.objects.filter(noun=NOUN, subject=found.pk).select_related("actor").order_by("-id").first()
    return Stale(
        "stale",
        f"{last.actor.get_username() if last else 'Somebody'} changed the company’s data since you opened it. Nothing was saved.",
        fields={name: f"It is “{now[name]}” now." if now[name] else "It is empty now." for name in texts if now[name] != texts[name]},
        way_out="Compare with what it is now, and save again if yours is right.",
        extra={"yours": {"version": version, **texts}, "theirs": {"version": found.version, **now}},
    )


def _shown(name: str, value: str | int) -> str:
    """A value as the log writes it: the logo is a checksum, of which a few signs tell one from another."""
    return f"picture {str(value)[:8]}" if name == "logo" and value else str(value)


def _values(of: Company) -> dict[str, object]:
    values = asdict(of)
    values.pop("version")
    return values
