"""Where a unit or a lot came from, and what became of it: every level, each link certain or possible."""

from nameplate.listings.trace.graph import BACKWARD, FORWARD, Direction, Link, Node
from nameplate.listings.trace.telling import TRACE_COLUMNS, Children, Row, Trace, Way, children, root_of, trace

__all__ = [
    "BACKWARD",
    "FORWARD",
    "TRACE_COLUMNS",
    "Children",
    "Direction",
    "Link",
    "Node",
    "Row",
    "Trace",
    "Way",
    "children",
    "root_of",
    "trace",
]
