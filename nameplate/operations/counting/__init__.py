"""Stock counts: what should be there, frozen; what was scanned; and the differences posted."""

from nameplate.operations.counting.counts import OPEN, cancel, create_count, find_count, start
from nameplate.operations.counting.describing import describe_scan, scan_photo
from nameplate.operations.counting.differences import Differences, UnitDifference, differences, standing
from nameplate.operations.counting.expecting import Expected, expected
from nameplate.operations.counting.goods import GoodsDifference
from nameplate.operations.counting.outcome import outcome
from nameplate.operations.counting.posting import Posted, post_count, reopen
from nameplate.operations.counting.scanning import Scan, record_scans, take_back
from nameplate.operations.counting.sightings import SeenTwice

__all__ = [
    "OPEN",
    "Differences",
    "Expected",
    "GoodsDifference",
    "Posted",
    "Scan",
    "SeenTwice",
    "UnitDifference",
    "cancel",
    "create_count",
    "describe_scan",
    "differences",
    "expected",
    "find_count",
    "outcome",
    "post_count",
    "record_scans",
    "reopen",
    "scan_photo",
    "standing",
    "start",
    "take_back",
]
