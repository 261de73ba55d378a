"""Pages of linkage: figures for everyone who may see them, identifiers for reviewers alone."""
