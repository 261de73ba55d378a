"""Show the family's own pages, and the district's letters and copy requests."""
