"""Lint an agreement with several legal bases: each part by its own basis, the shared text once."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from cairn.policy.facts import AgreementFact, list_part_agreements, prefix_part_key
from cairn.policy.lint.findings import LintCheck, LintFinding, LintInput, run_lint_checks


def run_checks_by_part(
    part_checks: Iterable[LintCheck], shared_checks: Iterable[LintCheck], lint_input: LintInput
) -> Iterator[LintFinding]:
    """Yield the findings of an agreement; a finding about one part names the part.

    Args:
        part_checks: checks of the legal basis, its purposes, criteria and data.
        shared_checks: checks of what the parts share. A finding that every part has is reported
            once, without a part.
        lint_input: the agreement, with or without parts.

    Yields:
        The findings.
    """
    parts = list_part_agreements(lint_input.agreement)
    if not parts:
        yield from run_lint_checks((*part_checks, *shared_checks), lint_input)
        return
    own = _collect_findings(parts, part_checks, lint_input)
    shared = _collect_findings(parts, shared_checks, lint_input)
    in_every_part = [
        finding for finding in shared[0] if all(finding in findings for findings in shared[1:])
    ]
    yield from in_every_part
    for part, own_findings, findings in zip(parts, own, shared, strict=True):
        of_this_part = (finding for finding in findings if finding not in in_every_part)
        for finding in (*own_findings, *of_this_part):
            yield _name_part(finding, part.part_id)


def find_shared_findings(
    checks: Iterable[LintCheck], lint_input: LintInput
) -> tuple[LintFinding, ...]:
    """Find the findings that every part of an agreement has.

    Args:
        checks: the checks.
        lint_input: an agreement with parts.

    Returns:
        The findings. One that some parts have keeps only those parts from being used.
    """
    first, *others = _collect_findings(
        list_part_agreements(lint_input.agreement), checks, lint_input
    )
    return tuple(finding for finding in first if all(finding in findings for findings in others))


def _collect_findings(
    parts: Iterable[AgreementFact], checks: Iterable[LintCheck], lint_input: LintInput
) -> list[tuple[LintFinding, ...]]:
    listed = tuple(checks)
    return [tuple(run_lint_checks(listed, replace(lint_input, agreement=part))) for part in parts]


def _name_part(finding: LintFinding, part: str) -> LintFinding:
    return replace(
        finding,
        about=prefix_part_key(part, finding.about),
        message=f"{finding.message} (Part {part})",
    )
