"""Change releases. Each action asks policy, changes rows and writes an audit line."""
