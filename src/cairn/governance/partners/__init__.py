"""Partner organizations, their people and their security."""
