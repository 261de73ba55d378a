"""Recurring jobs: each runs once per due time, and a missed run is shown. See README.md."""
