"""The catalogue as files: items, vendors, customers and places go out whole and come in again, recognised by their numbers."""

from nameplate.operations.exchanging.exports import export_file
from nameplate.operations.exchanging.imports import Report, bad_lines_of, import_file, judge_file
from nameplate.operations.exchanging.kinds import KINDS

__all__ = ["KINDS", "Report", "bad_lines_of", "export_file", "import_file", "judge_file"]
