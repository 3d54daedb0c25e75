"""How quick the product is, as served, beside what its own tables cost when nothing but the database works."""
