"""What we deal in, with whom, and where it is kept: made, edited, archived, each edit logged."""

from nameplate.operations.cataloguing.custom_fields import (
    FieldFields,
    archive_custom_field,
    create_custom_field,
    edit_custom_field,
    restore_custom_field,
)
from nameplate.operations.cataloguing.item_fields import ItemFields, accepted_of
from nameplate.operations.cataloguing.item_pictures import item_picture, remove_item_picture, set_item_picture
from nameplate.operations.cataloguing.items import archive_item, create_item, edit_item, restore_item
from nameplate.operations.cataloguing.parties import (
    PartyFields,
    archive_party,
    create_customer,
    create_party,
    create_vendor,
    edit_party,
    restore_party,
)
from nameplate.operations.cataloguing.places import (
    SiteFields,
    archive_location,
    archive_site,
    create_location,
    create_site,
    edit_location,
    edit_site,
    restore_location,
    restore_site,
)

__all__ = [
    "FieldFields",
    "ItemFields",
    "PartyFields",
    "SiteFields",
    "accepted_of",
    "archive_custom_field",
    "archive_item",
    "archive_location",
    "archive_party",
    "archive_site",
    "create_custom_field",
    "create_customer",
    "create_item",
    "create_location",
    "create_party",
    "create_site",
    "create_vendor",
    "edit_custom_field",
    "edit_item",
    "edit_location",
    "edit_party",
    "edit_site",
    "item_picture",
    "remove_item_picture",
    "restore_custom_field",
    "restore_item",
    "restore_location",
    "restore_party",
    "restore_site",
    "set_item_picture",
]
