"""Show the pages of projects, bodies and policies."""
