"""Definitions of indicators that the community writes, previews and approves."""
