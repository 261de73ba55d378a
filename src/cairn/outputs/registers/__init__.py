"""Show the public register of agreements and projects."""
