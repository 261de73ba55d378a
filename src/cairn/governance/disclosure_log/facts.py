"""Describe for the disclosure log in which interest a recipient receives data."""

from cairn.policy.facts import AgreementFact

__all__ = ["describe_legitimate_interest"]


def describe_legitimate_interest(terms: AgreementFact) -> str:
    """Describe the legitimate interest in which a recipient receives data (rule R18).

    Args:
        terms: the agreement.

    Returns:
        Who may see the data and why, if the agreement names them; else its purposes.
    """
    purposes = ", ".join(sorted(purpose.value.replace("_", " ") for purpose in terms.purposes))
    access_interests = "; ".join(
        f"{access_term.role}: {access_term.interest}" for access_term in terms.access
    )
    return access_interests or f"{terms.title}: {purposes}"
