"""Public face of cairn.platform.tables: what other packages may import."""

from cairn.platform.deferred_imports import TYPE_CHECKING, load_exports_on_demand

if TYPE_CHECKING:
    from cairn.platform.tables.list_table import *
    from cairn.platform.tables.prepared_rows import *
else:
    __getattr__ = load_exports_on_demand(__name__)
