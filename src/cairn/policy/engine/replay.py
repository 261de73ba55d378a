"""Register every policy question by name, so that a recorded question can be asked again."""

import inspect
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import is_dataclass, replace
from functools import cache, wraps
from types import MappingProxyType
from typing import Final, ParamSpec

from cairn.policy.engine import serialization
from cairn.policy.engine.decision import Decision, RecordedQuestion

QuestionParams = ParamSpec("QuestionParams")
_REGISTRY: Final[dict[str, Callable[..., Decision]]] = {}

_RECORDED_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "decide_agreement_in_force": "authority.in_force",
        "decide_authorization_in_force": "authorization.leave_holds",
        "decide_use": "ask.ask",
        "may_abandon_agreement_draft": "drafting.may_set_aside",
        "may_accept_certificate": "duty.may_accept",
        "may_add_project_agreements": "proposal.may_name_agreements",
        "may_amend_agreement": "drafting.may_amend",
        "may_answer_consent_form": "consent_record.may_answer_form",
        "may_answer_for_child": "family.may_answer_family",
        "may_answer_record_request": "disclosed.may_answer_request",
        "may_answer_release_preview": "release.may_answer",
        "may_attest_counsel_review": "drafting.may_attest_review",
        "may_attest_signature": "drafting.may_attest",
        "may_attest_training": "training.may_attest",
        "may_audit_release": "release.may_check",
        "may_authorize_project": "proposal.may_authorize",
        "may_begin_closing_agreement": "ending.may_begin_closing",
        "may_build_data_mart": "mart.may_build_mart",
        "may_change_column_mapping": "delivery.may_change_mapping",
        "may_change_committee": "voting.may_change_body",
        "may_change_consents": "consent_record.may_change_consents",
        "may_change_data_dictionary": "dictionary.may_change_dictionary",
        "may_change_own_consent": "consent_record.may_change_own_consent",
        "may_change_project": "proposal.may_change",
        "may_clear_agreement_draft": "drafting.may_clear",
        "may_close_agreement": "ending.may_close",
        "may_close_vote": "voting.may_close",
        "may_compare_own_figures": "own_figures.may_compare_own_figures",
        "may_conform_delivery": "delivery.may_conform",
        "may_correct_release": "release.may_correct",
        "may_count_people": "mart.may_count",
        "may_create_project_from_pilot": "pilot.may_make_real",
        "may_decide_consent_conflict": "consent_record.may_decide_conflict",
        "may_decide_for_nation": "release.may_answer_as_nation",
        "may_decide_possible_match": "linkage.may_answer_match",
        "may_decline_to_sign": "drafting.may_decline",
        "may_demand_destruction": "duty.may_demand",
        "may_destroy_data": "retention.may_destroy",
        "may_draft_agreement": "drafting.may_begin",
        "may_draft_release": "release.may_draft",
        "may_end_own_opt_out": "opt_out.may_end_own",
        "may_end_target": "target.may_end_target",
        "may_fetch_extract": "extract.may_fetch_extract",
        "may_finish_project_step": "proposal.may_move_on",
        "may_issue_extract": "extract.may_issue_extract",
        "may_join_agreement": "drafting.may_join",
        "may_load_agreement": "authority.may_load_agreement",
        "may_look_up_child": "linkage.may_find_child",
        "may_match_records": "linkage.may_link",
        "may_meet_project_condition": "proposal.may_meet_condition",
        "may_merge_categories": "release.may_count_as_one",
        "may_open_destruction_list": "duty.may_open_duties",
        "may_open_disclosure_log": "disclosed.may_view_disclosures",
        "may_open_extract_list": "extract.may_view_extracts",
        "may_open_family_page": "access.may_open_family",
        "may_open_own_figures_page": "own_figures.may_open_own_figures",
        "may_open_page": "access.may_open",
        "may_open_release_list": "release.may_view_releases",
        "may_opt_out_child": "opt_out.may_decline",
        "may_override_finding": "drafting.may_override",
        "may_prepare_extract": "extract.may_prepare_extract",
        "may_preview_release_to_owners": "release.may_send_back",
        "may_propose_project": "proposal.may_propose",
        "may_protect_counts": "mart.may_protect",
        "may_publish_release": "release.may_publish",
        "may_put_project_on_agenda": "voting.may_hear",
        "may_recall_agreement_draft": "drafting.may_take_back",
        "may_receive_delivery": "delivery.may_receive",
        "may_record_consents": "consent_record.may_record_consents",
        "may_record_opt_out": "consent.may_record_opt_out",
        "may_record_opt_out_end": "opt_out.may_record_end",
        "may_record_partner_report": "give_back.may_give_back",
        "may_record_pilot_lesson": "pilot.may_keep_lesson",
        "may_recuse_from_vote": "voting.may_step_aside",
        "may_redraft_release": "release.may_redraft",
        "may_release_beside_published": "release.may_stand_beside",
        "may_rely_on_agreements": "lapse.may_rely",
        "may_replace_agreement": "drafting.may_replace",
        "may_report_release": "release.may_report",
        "may_request_disclosure_record": "disclosed.may_ask_for_record",
        "may_request_extract": "extract.may_request_extract",
        "may_resolve_pilot_lesson": "pilot.may_settle_lesson",
        "may_respond_to_project": "proposal.may_answer",
        "may_return_agreement_draft": "drafting.may_return",
        "may_review_extract": "extract.may_review_extract",
        "may_review_extract_text": "extract.may_read_text",
        "may_review_possible_matches": "linkage.may_review_matches",
        "may_review_release": "release.may_review",
        "may_revise_project": "proposal.may_revise",
        "may_revoke_authorization": "proposal.may_revoke",
        "may_reword_release": "release.may_reword",
        "may_save_agreement_draft": "drafting.may_save",
        "may_score_project": "proposal.may_score",
        "may_send_agreement_for_signature": "drafting.may_send_out",
        "may_set_target": "target.may_set_target",
        "may_show_small_cell": "withholding.may_stand_in_place",
        "may_sign_agreement": "drafting.may_sign",
        "may_sign_confidentiality_agreement": "training.may_sign",
        "may_submit_agreement_draft": "drafting.may_submit",
        "may_submit_release": "release.may_submit",
        "may_terminate_agreement": "ending.may_terminate",
        "may_view_agreement": "authority.may_view_agreement",
        "may_view_agreement_draft": "drafting.may_view_draft",
        "may_view_agreement_duties": "retention.may_view_duties",
        "may_view_committees": "voting.may_view_committee",
        "may_view_data_dictionary": "dictionary.may_view_dictionary",
        "may_view_delivery": "delivery.may_view_delivery",
        "may_view_disclosure_line": "disclosed.may_view_disclosure",
        "may_view_disputed_figures": "release.may_view_wrong_figures",
        "may_view_extract": "extract.may_view_extract",
        "may_view_family_page": "family.may_view_family",
        "may_view_match_summary": "linkage.may_view_linkage",
        "may_view_opt_outs": "consent.may_view_opt_outs",
        "may_view_organization_clearance": "training.organization_standing",
        "may_view_owner_figures": "release.may_view_own_figures",
        "may_view_partner_report": "give_back.may_view_give_back",
        "may_view_published_release": "release.may_view_published",
        "may_view_release": "release.may_view_release",
        "may_vote_on_project": "voting.may_vote",
        "may_withdraw_delivery": "delivery.may_withdraw_delivery",
        "may_withdraw_extract": "extract.may_withdraw_extract",
        "may_withdraw_project": "proposal.may_withdraw",
        "may_withdraw_release": "release.may_withdraw",
        "may_withdraw_termination_notice": "ending.may_take_back_notice",
    }
)
"""Function → the name under which the disclosure log records the question."""


class UnknownQuestionError(LookupError):
    """Raised when no policy question has the recorded name."""


def policy_question(
    answer: Callable[QuestionParams, Decision],
) -> Callable[QuestionParams, Decision]:
    """Register a policy question and keep its arguments in the decision.

    A question inside another question is part of the outer answer: the decision keeps the outer
    one.

    Args:
        answer: function that answers with a decision. The names of its parameters are recorded.
    Returns:
        The function, which records name and arguments in ``Decision.asked``.
    """
    current = f"{answer.__module__.rpartition('.')[2]}.{answer.__name__}"
    name = _RECORDED_NAMES.get(answer.__name__, current)
    signature = inspect.signature(answer)

    @wraps(answer)
    def ask_and_record(*args: QuestionParams.args, **kwargs: QuestionParams.kwargs) -> Decision:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        # An iterator can be read only once; both the answer and the record read it.
        arguments = {key: _to_tuple(value) for key, value in bound.arguments.items()}
        bound.arguments.update(arguments)
        return replace(answer(*bound.args, **bound.kwargs), asked=RecordedQuestion(name, arguments))

    _REGISTRY[name] = _REGISTRY[current] = ask_and_record
    return ask_and_record


def list_questions() -> Mapping[str, Callable[..., Decision]]:
    """List all loaded questions by name.

    Returns:
        Functions by current name and by recorded name.
    """
    return dict(_REGISTRY)


def dump_question(asked: RecordedQuestion) -> dict[str, object]:
    """Convert a question to plain JSON: ``{"question": name, "arguments": {...}}``.

    Args:
        asked: name and arguments of the question.
    Returns:
        JSON values.
    """
    arguments = {name: serialization.dump_fact(value) for name, value in asked.arguments.items()}
    return {"question": asked.name, "arguments": arguments}


def load_question(data: Mapping[str, object]) -> RecordedQuestion:
    """Read a question that ``dump_question`` wrote.

    Args:
        data: JSON values with ``question`` and ``arguments``.
    Returns:
        Name and arguments of the question.
    Raises:
        UnknownQuestionError: if no question has this name.
        InvalidFactsError: with every problem in the arguments.
    """
    name = str(data.get("question", ""))
    arguments = data.get("arguments")
    hints = _list_parameter_types(name)
    return RecordedQuestion(
        name,
        serialization.load_named_facts(hints, arguments if isinstance(arguments, Mapping) else {}),
    )


def replay_question(asked: RecordedQuestion) -> Decision:
    """Ask a recorded question again under today's rules, on its own facts and date.

    Args:
        asked: name and arguments of the question.
    Returns:
        Today's answer.
    Raises:
        UnknownQuestionError: if no question has this name.
    """
    return _find_question(asked.name)(**asked.arguments)


def _find_question(name: str) -> Callable[..., Decision]:
    if name not in _REGISTRY:
        raise UnknownQuestionError(f"These rules have no question '{name}'.")
    return _REGISTRY[name]


@cache
def _list_parameter_types(name: str) -> Mapping[str, object]:
    """Map each parameter of a question to its type."""
    hints = typing.get_type_hints(inspect.unwrap(_find_question(name)))
    return {key: hint for key, hint in hints.items() if key != "return"}


def _to_tuple(value: object) -> object:
    if isinstance(value, str | Mapping | set | frozenset) or is_dataclass(value):
        return value
    return tuple(value) if isinstance(value, Iterable) else value
