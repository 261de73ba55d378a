"""Change deliveries: each action asks policy, changes the row, and writes the audit log."""
