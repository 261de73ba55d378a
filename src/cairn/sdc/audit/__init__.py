"""The attacker: narrow each withheld cell as far as the published tables alone allow."""

from cairn.sdc.audit.attacker_knowledge import (
    AttackerKnowledge,
    CellBounds,
    CellEquation,
    InconsistentTableError,
    ParticipantKind,
    PublishedCounts,
    derive_knowledge,
    find_cell_floor,
)
from cairn.sdc.audit.audit_hints import AuditHints
from cairn.sdc.audit.component_solver import ComponentSolver
from cairn.sdc.audit.feasible_tables import (
    BoundArray,
    EquationRow,
    FeasibleTableSearch,
    WholeTable,
    propagate_bounds,
)
from cairn.sdc.audit.published_ranges import audit_published_ranges, compute_published_ranges
from cairn.sdc.audit.table_audit import (
    KnowledgeComponent,
    audit_tables,
    find_disclosed_cells,
    split_into_components,
)
from cairn.sdc.audit.table_shape import DimPositions, TableShape, list_open_positions, project_key
from cairn.sdc.audit.table_steps import TableStep

__all__ = [
    "AttackerKnowledge",
    "AuditHints",
    "BoundArray",
    "CellBounds",
    "CellEquation",
    "ComponentSolver",
    "DimPositions",
    "EquationRow",
    "FeasibleTableSearch",
    "InconsistentTableError",
    "KnowledgeComponent",
    "ParticipantKind",
    "PublishedCounts",
    "TableShape",
    "TableStep",
    "WholeTable",
    "audit_published_ranges",
    "audit_tables",
    "compute_published_ranges",
    "derive_knowledge",
    "find_cell_floor",
    "find_disclosed_cells",
    "list_open_positions",
    "project_key",
    "propagate_bounds",
    "split_into_components",
]
