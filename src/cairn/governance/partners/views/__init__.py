"""Pages of partners, their people, their security and the law of their state."""
