"""Reads of this room, narrowed to who asks before anything is fetched."""
