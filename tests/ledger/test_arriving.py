"""Where a unit in transit may arrive."""

from __future__ import annotations

import pytest

from nameplate.ledger import Kind
from nameplate.models import Serial
from nameplate.refusals import Conflict
from tests.ledger.ground import Ground, R


def test_elsewhere_than_the_destination_needs_a_reason(db: None, ground: Ground) -> None:
    unit = ground.unit(R, transfer_id=ground.papers["TO"].pk)
    to = {"location_id": ground.bin.pk}
    with pytest.raises(Conflict) as refused:
        ground.do(Kind.ARRIVED, [unit], to=to, destination_id=ground.far.site_id)
    assert "give a reason" in refused.value.offenders[0].why
    ground.do(Kind.ARRIVED, [unit], to=to, destination_id=ground.far.site_id, reason="the lorry broke down")
    assert Serial.objects.get(pk=unit).location_id == ground.bin.pk


def test_the_destination_takes_it_without_one(db: None, ground: Ground) -> None:
    unit = ground.unit(R, transfer_id=ground.papers["TO"].pk)
    ground.do(Kind.ARRIVED, [unit], to={"location_id": ground.far.pk}, destination_id=ground.far.site_id)
    assert Serial.objects.get(pk=unit).transfer_id is None
