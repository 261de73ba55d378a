"""Back up a data folder to other places, encrypted, and restore it from there."""

from cairn.warehouse.backup.destinations import *
from cairn.warehouse.backup.restoration import *
from cairn.warehouse.backup.snapshots import *
