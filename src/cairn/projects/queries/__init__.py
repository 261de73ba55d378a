"""Reads of projects and bodies, narrowed to who asks; and what waits and is due in this room."""

from cairn.projects.queries.duties import due, waiting

__all__ = ["due", "waiting"]
