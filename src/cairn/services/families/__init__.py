"""Show families the data shared about their own child, and record their answers."""
