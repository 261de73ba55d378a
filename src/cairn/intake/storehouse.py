"""The one storehouse of this installation, for every app that keeps or reads rows."""

import os

from django.conf import settings

from cairn.warehouse.keys import KeyRing
from cairn.warehouse.zones import Storehouse


def open_storehouse() -> Storehouse:
    """The storehouse of the data folder in force, opened with its key."""
    return Storehouse(settings.CAIRN_DATA, key_ring())


def key_ring() -> KeyRing:
    """The key of the data folder; its `note` must be shown where a person decides about safety."""
    return KeyRing.open(settings.CAIRN_DATA, os.environ)
