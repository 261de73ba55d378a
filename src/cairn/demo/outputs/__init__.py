"""Publish the demo's releases, set its target, and prepare its extracts."""
