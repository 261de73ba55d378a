"""Read the records of a partner's REST API as a file, such as those of OneRoster and Ed-Fi."""

from cairn.warehouse.rest_sources.description import RestSource, is_rest_description
from cairn.warehouse.rest_sources.pages import RestFile, read_rest_source

__all__ = ["RestFile", "RestSource", "is_rest_description", "read_rest_source"]
