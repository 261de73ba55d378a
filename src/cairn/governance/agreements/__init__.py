"""Agreements between partners: their text, drafts, review, signatures and end."""
