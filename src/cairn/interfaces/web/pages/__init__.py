"""Pages of the shell: the audit log, search, one page for each partner, and help."""
