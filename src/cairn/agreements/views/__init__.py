"""Pages: agreements on record, drafts on their way, signatures, files."""
