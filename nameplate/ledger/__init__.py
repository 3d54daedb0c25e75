"""The one writer. Everything that happens to a unit, a lot or a quantity is posted here, and nowhere else."""

from nameplate.ledger.kinds import Kind
from nameplate.ledger.lots import open_lot
from nameplate.ledger.moves import Goods, Group, LotChange, Newcomers, Step
from nameplate.ledger.posting import post
from nameplate.ledger.transacting import transacting
from nameplate.ledger.undoing import undo
from nameplate.ledger.verifying import Finding, verify

__all__ = ["Finding", "Goods", "Group", "Kind", "LotChange", "Newcomers", "Step", "open_lot", "post", "transacting", "undo", "verify"]
