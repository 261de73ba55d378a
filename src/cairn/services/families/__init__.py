"""Show families what is shared about their own child, and record their answers."""
