"""Store encrypted files by zone: references, keys, manifests, verification."""

from cairn.warehouse.store.attachments import *
from cairn.warehouse.store.file_refs import *
from cairn.warehouse.store.file_store import *
from cairn.warehouse.store.keys import *
from cairn.warehouse.store.manifests import *
from cairn.warehouse.store.pseudonyms import *
from cairn.warehouse.store.sealed_chunks import *
from cairn.warehouse.store.sealed_files import *
from cairn.warehouse.store.unrecorded_files import *
