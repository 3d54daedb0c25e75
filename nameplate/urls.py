"""The whole site on one screen. The same noun has the same path here and under /api/v1."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from nameplate.api import site
from nameplate.models import PartyRole
from nameplate.operations.exchanging import KINDS
from nameplate.web import (
    bills,
    company,
    completing,
    correction_lists,
    corrections,
    custom_fields,
    entries,
    errors,
    exchanging,
    files,
    guide,
    imports,
    items,
    jobs,
    labels,
    list_words,
    lists,
    lot_acts,
    lot_dossiers,
    lots,
    manufacturing_orders,
    numbering,
    options,
    parties,
    purchase_orders,
    purchasing_rules,
    reasons,
    receiving,
    serials,
    shell,
    sign_in,
    sites,
    switching,
    traces,
    unit_acts,
    unit_bulk,
    unit_edits,
    write_offs,
)

urlpatterns: list[URLPattern | URLResolver] = [
    *site.addresses,
    path("", shell.home, name="home"),
    path("search", shell.search, name="search"),
    path("theme", shell.theme, name="theme"),
    path("help/usage-tips", shell.usage_tips, name="usage-tips"),
    path("help/statuses", guide.statuses, name="statuses"),
    path("help/refusals", guide.refusals, name="refusals"),
    path("account/", include(sign_in.paths)),
    path("options/<slug:name>", options.options),
    *(one for noun in KINDS for one in exchanging.paths(noun)),
    path("items/", include(items.paths)),
    path("items/", include(bills.paths)),
    path("vendors/", include(parties.paths(PartyRole.VENDOR))),
    path("customers/", include(parties.paths(PartyRole.CUSTOMER))),
    path("", include(sites.paths)),
    path("", include(labels.paths)),
    path("settings/", include(switching.paths)),
    path("settings/", include(company.paths)),
    path("settings/", include(numbering.paths)),
    path("settings/", include(purchasing_rules.paths)),
    path("settings/", include(reasons.paths)),
    path("settings/", include(custom_fields.paths)),
    path("purchase-orders/", include(purchase_orders.paths)),
    path("manufacturing-orders/", include(manufacturing_orders.paths)),
    path("manufacturing-orders/", include(completing.paths)),
    path("imports/", include(imports.paths)),
    path("jobs/", include(jobs.paths)),
    path("exports/new", jobs.export),
    # Every list is the same page: /serials, /items… and the same as CSV, /serials.csv…
    *(path(name, lists.page, {"name": name}, name=name) for name in list_words.WORDS),
    *(path(f"{name}.csv", lists.csv, {"name": name}) for name in list_words.WORDS),
    path("serials/<int:unit_id>", serials.page, name="serial"),
    path("purchase-orders/<int:pk>/receipts", receiving.page, name="receipts"),
    path("purchase-orders/<int:pk>/receipts/preview", receiving.preview),
    path("serials/corrections", correction_lists.page),
    path("serials/<int:unit_id>/correction", corrections.page, name="correction"),
    path("lots/<int:lot_id>", lots.page, name="lot"),
    path("lots/<int:lot_id>/edit", lots.edit),
    path("documents/<int:pk>", write_offs.document),
    path("write-offs/", include(write_offs.paths)),
    path("serials/<int:unit_id>/found", write_offs.found),
    path("", include(traces.paths)),
    path("", include(lot_dossiers.paths)),
    path("", include(files.paths)),
    path("", include(lot_acts.paths)),
    path("", include(unit_acts.paths)),
    path("", include(unit_bulk.paths)),
    path("", include(unit_edits.paths)),
    path("entries/<int:entry_id>", entries.page, name="entry"),
    path("entries/<int:entry_id>/reversal", entries.reversal, name="reversal"),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler429 = errors.too_many
handler500 = errors.our_fault
