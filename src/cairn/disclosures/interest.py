"""The legitimate interest in which a recipient receives, as the agreement says it (R18)."""

from cairn.rules.agreement import Agreement


def interest_of(terms: Agreement) -> str:
    """Who may see the data and why, where the agreement names them; else its purposes."""
    purposes = ", ".join(sorted(p.value.replace("_", " ") for p in terms.purposes))
    named = "; ".join(f"{one.role}: {one.interest}" for one in terms.access)
    return named or f"{terms.title}: {purposes}"
