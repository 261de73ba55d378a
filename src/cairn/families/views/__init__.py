"""Pages of this room: the family's own, and the district's letters and copies."""
