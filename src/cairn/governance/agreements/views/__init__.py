"""Pages about agreements on record, drafts, signatures and downloads."""
