"""A vendor's file as it comes: its columns mapped, its lines judged, its units brought in as one entry."""
