"""Why not, explained: what a refusal knows, looked up and completed for whoever was refused, the same for both doors."""

from nameplate.explaining.explanation import Concerned, Explained, explain, said_to_programs
from nameplate.explaining.standing import Because
from nameplate.explaining.table import ANSWERS, NOWHERE
from nameplate.explaining.ways import Way, as_json

__all__ = ["ANSWERS", "NOWHERE", "Because", "Concerned", "Explained", "Way", "as_json", "explain", "said_to_programs"]
