"""Everything about one lot, for whoever audits it: the same sections on paper and as CSV."""

from nameplate.listings.dossier.sections import Section, dossier, lines

__all__ = ["Section", "dossier", "lines"]
