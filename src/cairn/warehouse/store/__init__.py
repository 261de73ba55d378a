"""Store encrypted files by zone: references, keys, manifests, verification."""

from cairn.warehouse.store.attachments import (
    Attachment,
    AttachmentProblem,
    find_attachment_problems,
    hash_attachment,
    open_attachment,
    remove_attachment,
    store_attachment,
)
from cairn.warehouse.store.file_refs import FileRef, Zone
from cairn.warehouse.store.file_store import FileStore, NoSuchFile, WrongPermit
from cairn.warehouse.store.keys import (
    FILE_KEYS_FOLDER,
    MASTER_KEY_VARIABLE,
    KeyProblem,
    KeyRing,
    locate_key_file,
)
from cairn.warehouse.store.manifests import Manifest
from cairn.warehouse.store.pseudonyms import ProjectCodes, Pseudonyms
from cairn.warehouse.store.sealed_files import (
    open_temporary_file,
    publish_file,
    write_bytes_atomically,
)

__all__ = [
    "FILE_KEYS_FOLDER",
    "MASTER_KEY_VARIABLE",
    "Attachment",
    "AttachmentProblem",
    "FileRef",
    "FileStore",
    "KeyProblem",
    "KeyRing",
    "Manifest",
    "NoSuchFile",
    "ProjectCodes",
    "Pseudonyms",
    "WrongPermit",
    "Zone",
    "find_attachment_problems",
    "hash_attachment",
    "locate_key_file",
    "open_attachment",
    "open_temporary_file",
    "publish_file",
    "remove_attachment",
    "store_attachment",
    "write_bytes_atomically",
]
