"""Each rule by which something is refused, with where its way out leads; or why there is nowhere to go.

The words are what `ways` and `explanation` know how to make a button of:

- `unit`: what each unit in the way needs as it stands now (a hold: free it; shipped: take it back); its page
- `list`: all units in the way, as their list
- `transfer`: a transfer order with the units on it
- `cause`: the document or thing that causes it; where the refusal names none, the one under whose address it was asked
- `undo`: the entries in the way, to be undone
- `again`: the same page anew, as things stand now
- `/…`: a page
- those of `NOWHERE`: there is nowhere to go, and the sentence says why; to a program, that of `TO_PROGRAMS`
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

NOWHERE: Mapping[str, str] = {
    "form": "What was entered still stands in the form: correct it there and send it again.",
    "file": "The file is mended where it was made, and chosen again.",
    "program": "Only a program sends this: it is mended there, by the API’s description.",
    "account": "Accounts, roles and keys are given by whoever runs Nameplate here.",
    "somebody": "Somebody else has to do it, by a rule of this company.",
    "stays": "It is so for good.",
}
"""Why a rule has no button: what is to be done is done where one is, or not here, or not at all."""

TO_PROGRAMS: Mapping[str, str] = {
    **NOWHERE,
    "form": "Nothing was written: correct what is wrong and send it again.",
    "file": "Nothing was written: mend the file where it was made, and send it again.",
    "program": "Nothing was written: send it as the description at /api/v1/openapi.json has it.",
    "again": "Read it anew, and send what still holds.",
}
"""The same as the API says it: a program has no form before it."""
IN_WAYS = "Nothing was written: what leads out of it stands in “ways”."
"""What the API says where there are ways, which people see as buttons."""

_TABLE = """

# What was typed or chosen is at fault.
form:
    account-invalid account-taken at-customer bad-block bad-count bad-date bad-numbers bad-pattern bad-places bad-query
    bad-results bad-scan bad-text cannot-be-read column-twice column-unknown document-needed draft-too-large elsewhere
    format-lengths format-star format-too-long goods-left goods-outcome in-the-future invalid-fields invalid-request line-twice
    mapping-wrong
    more-than-expected more-than-missing more-than-needed more-than-ordered more-than-planned no-lines no-location no-lots no-numbers
    no-quantity no-rows no-sample no-serials no-such-fate no-such-line no-such-occasion no-such-order no-such-outcome no-such-place no-units
    not-a-date not-a-number not-a-pair not-a-picture not-positive not-taken not-whole not-yes-or-no nothing-good nothing-judged
    nothing-to-correct nothing-to-count nothing-to-edit nothing-to-move nothing-to-receive number-twice offer-unknown
    parts-missing picture-too-large reason-needed refused-character reserved-reason same-unit scan-known serials-needed stays-in-nothing
    target-renamed target-twice target-unknown too-early too-fine too-long too-many too-much-text twice unit-or-lot vendor-batch which-lot
    which-place
file:
    csv-broken file-bomb file-damaged file-empty file-encrypted file-entities file-faults file-foreign file-foreign-heads
    file-macros file-missing file-no-heads file-not-xlsx file-only-heads file-too-large head-twice lines-refused not-text
    sheet-none too-large too-many-columns too-many-rows
program:
    bad-key bad-length bad-version forged malformed no-expected no-such-method units-or-search units-or-serials
account:
    account-inactive not-allowed revoked-already wrong-key
somebody:
    own-order
stays:
    special-location

# Units are in the way as they stand now.
unit list:
    not-booked not-in-stock not-in-work not-inside not-inspectable not-judgeable not-missing not-on-hold not-planned not-possible
    not-swappable nothing-missing number-missing on-hold same-shipment
unit cause list:
    in-shipment not-arriving not-at-origin not-on-return not-pickable not-reservable not-reserved not-returnable not-shippable
    picked-already received-already replaced-already return-unit waits-for-inspection
cause unit form:
    before-last-entry other-completion
unit form list:
    cells-not-good inside-itself inside-nothing lot-of-another-item not-correctable not-on-order not-theirs
    other-item place-taken serials-not-announceable serials-not-receivable units-not-good wrong-format
form list:
    goods-together half-a-replacement half-a-swap label-too-small lots-not-found not-in-code place-elsewhere units-not-found
transfer unit list form:
    another-site other-site several-sites

# An entry, a document or something else is in the way.
undo list:
    later-entries
cause form:
    default-location name-taken not-in-entry number-taken return-goods under-way
cause:
    has-open-order inspection-closed item-archived kind-fixed lot-status more-sites no-pattern not-approved not-empty not-expected
    not-made not-on-bill not-serial-tracked not-under-way not-undone nothing-expected nothing-free nothing-made nothing-picked
    nothing-received nothing-reserved nothing-shipped on-open-order order-canceled order-closed order-finished partly-made
    partly-received partly-shipped parts-begun ready-for-shipment reversal settled-already site-archived tracking-fixed
    undone-already vendor-archived wrong-status
cause form /lots:
    not-enough

# Things have changed, or somebody else is at it.
again:
    busy changed-meanwhile disk-full in-progress key-reused lot-changed our-fault stale stale-form
again unit list:
    unit-changed

# What was named is not there, or is kept elsewhere.
/:
    no-such-address no-such-file no-such-list not-found
/account/login/:
    not-signed-in signed-out
cause /customer-orders form:
    another-customer
/customer-orders form:
    no-orders
/entries:
    no-such-entry
/help/statuses:
    no-such-transition
/imports/new:
    changed-since-check no-such-check run-already
/items form:
    no-such-item
/jobs:
    job-ended no-result not-yours worker-ended
/lots form:
    no-such-lot
/serials:
    no-such-product no-such-serial no-such-unit takes-too-long
/settings/functions:
    switched-off
/settings/purchasing:
    approval-off
/settings/reasons form:
    archived-reason no-such-reason
/sites form:
    archived-location no-such-location no-such-site
"""
"""The rules, below the words that lead out of them."""


def _read(table: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(rule, its words) of each line of rules, under the words that stand above it."""
    words: tuple[str, ...] = ()
    for line in table.splitlines():
        if line.startswith(" "):
            yield from ((rule, words) for rule in line.split())
        elif line and not line.startswith("#"):
            words = tuple(line.removesuffix(":").split())


ANSWERS: Mapping[str, tuple[str, ...]] = dict(_read(_TABLE))
"""Of every rule, what leads out of it, the nearest first."""
