"""What tests of the ledger share."""

from __future__ import annotations

import pytest

from tests.ledger.ground import Ground


@pytest.fixture
def ground(any_database: None) -> Ground:
    return Ground()
