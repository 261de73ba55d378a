"""Define the forms of projects, bodies and policies."""
