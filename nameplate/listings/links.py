"""The tables that rows of lists point at, each as a FROM clause in which the linked row is `t`."""

from __future__ import annotations

DOCUMENT = "nameplate_document t LEFT JOIN nameplate_party u ON u.id = t.party_id"
ENTRY = "nameplate_entry t JOIN nameplate_user u ON u.id = t.actor_id"
ITEM = "nameplate_item t"
LINE = "nameplate_line t JOIN nameplate_document u ON u.id = t.document_id"
LOT = "nameplate_lot t"
PARTY = "nameplate_party t"
PLACE = "nameplate_location t JOIN nameplate_site u ON u.id = t.site_id"
PLACE_LABEL = "u.name || ' · ' || t.name"
PLAN_CHECK = "nameplate_plancheck t JOIN nameplate_inspectionplan u ON u.id = t.plan_id"
REASON = "nameplate_reason t"
SERIAL = "nameplate_serial t"
SITE = "nameplate_site t"
USER = "nameplate_user t"
