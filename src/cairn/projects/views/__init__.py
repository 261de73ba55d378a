"""Pages of projects, bodies and policies."""

from cairn.projects.views import asking, bodies, deciding, meetings, policies, reading

__all__ = ["asking", "bodies", "deciding", "meetings", "policies", "reading"]
