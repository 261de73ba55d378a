"""Set up the demo's people, agreements, consents and projects by ordinary actions."""
