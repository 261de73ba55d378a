"""Show linkage pages: figures for users who may see them, identifiers for reviewers alone."""
