"""Work that outlives a request: imports, dry runs, large exports. Doors ask for it here; a worker does it with the same operations."""
