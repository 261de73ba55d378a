"""Public face of cairn.governance.retention: what other packages may import."""

from cairn.governance.retention.actions import (
    begin_destruction,
    demand_destruction,
    destroy_run_holdings,
)
from cairn.governance.retention.certificate_pdf import print_certificate_pdf
from cairn.governance.retention.data_holders import (
    DestroyedFile,
    HoldingDetail,
    list_holdings,
    register_data_holder,
    register_follow_up,
)
from cairn.governance.retention.facts import build_demand_fact, load_revocation_facts
from cairn.governance.retention.models import (
    DUTY_CAUSE_CHOICES,
    Demand,
    DestructionCertificate,
    DestructionRun,
)
from cairn.governance.retention.queries import (
    find_active_demands,
    find_overdue_duties_of_recipients,
    list_destruction_deadlines,
    list_destruction_tasks,
    list_duty_holdings,
    list_visible_duties,
    load_agreement_terms,
)

__all__ = [
    "DUTY_CAUSE_CHOICES",
    "Demand",
    "DestroyedFile",
    "DestructionCertificate",
    "DestructionRun",
    "HoldingDetail",
    "begin_destruction",
    "build_demand_fact",
    "demand_destruction",
    "destroy_run_holdings",
    "find_active_demands",
    "find_overdue_duties_of_recipients",
    "list_destruction_deadlines",
    "list_destruction_tasks",
    "list_duty_holdings",
    "list_holdings",
    "list_visible_duties",
    "load_agreement_terms",
    "load_revocation_facts",
    "print_certificate_pdf",
    "register_data_holder",
    "register_follow_up",
]
