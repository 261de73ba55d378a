"""Show published figures to the public. These pages read released figures only."""
