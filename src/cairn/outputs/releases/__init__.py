"""Manage releases of aggregate figures, from draft to publication or withdrawal."""
