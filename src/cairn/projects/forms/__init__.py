"""The forms of projects, bodies and policies."""
