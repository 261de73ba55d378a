"""Public face of cairn.data.records: what other packages may import."""

from cairn.platform.deferred_imports import TYPE_CHECKING, load_exports_on_demand

if TYPE_CHECKING:
    from cairn.data.records.queries import *
    from cairn.data.records.student_rows import *
else:
    __getattr__ = load_exports_on_demand(__name__)
