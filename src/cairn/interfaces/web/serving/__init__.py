"""Serve the site: processes that answer requests, their limits, and pages kept in memory."""
