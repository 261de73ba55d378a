"""What cannot be undone is shown on a page before it is done: to which thing, with what effect.

Every route that changes something is in one of two tables: `CONFIRMED`, what the person who did it
cannot undo, and `_UNDOABLE`, each with the way back. A new route fails here until it is in one of
them. A route in `CONFIRMED` has a page; the page names what will happen, changes nothing, and has a
button and a Cancel link.
"""

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

import pytest
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from tests.confirmation_page import check_asks_first
from tests.test_every_entry_point import ROUTES

from cairn.platform.audit.models import AuditLine
from cairn.policy.vocabulary.access import Role

_UNDOABLE: Final = {
    "saves a text or a setting, which can be changed again": (
        "programs:attendance programs:attendance_grid programs:meals "
        "programs:change_incident programs:incident_deadline "
        "programs:end_assignment programs:end_funding "
        "programs:offline_marks programs:end_enrollment "
        "programs:reopen_enrollment "
        "students:filter notes:correct_note notes:reschedule notes:close_appointment "
        "programs:change_participant programs:hour_bands programs:change_group "
        "programs:nightly programs:offer "
        "agreements:ask_element agreements:element_request agreements:elements agreements:parts "
        "agreements:step agreements:text deadlines:subscription "
        "dictionaries:classify dictionaries:confirm "
        "projects:attendance projects:proxy projects:proxy_vote "
        "figures:expect figures:subscription dashboards:unsubscribe "
        "figures:set_target figures:change_target intake:mapping partners:change_role "
        "partners:change_tool "
        "partners:describe partners:edit_person projects:body_change "
        "projects:condition projects:elements projects:equity projects:lesson projects:minutes "
        "projects:parties projects:question projects:questions projects:score "
        "projects:settle_lesson projects:words releases:groups releases:groups_apart "
        "indicators:change "
        "releases:redraft releases:renewal releases:reword releases:report releases:extract_text "
        "releases:extract_text_back surveys:change surveys:question surveys:question_new "
        "training:skills web:mail_choice web:run_job programs:records"
    ),
    "adds something that can be withdrawn, ended, archived or left unused": (
        "agreements:amend agreements:begin agreements:begin_many agreements:join agreements:pilot "
        "consents:papers consents:publish consents:roster consents:claims consents:tax_evidence "
        "dictionaries:import public_sources:columns public_sources:upload "
        "families:letters families:agree families:copy families:ask_program "
        "families:amendment families:new_amendment "
        "intake:part intake:replace intake:upload intake:proposal intake:proposal_preview "
        "intake:correct intake:correct_rows intake:correction "
        "intake:file_request_new intake:requested_file "
        "surveys:new surveys:answer surveys:more_links surveys:links_file programs:delivery "
        "surveys:named_links_file "
        "programs:enroll_accepted programs:register programs:continue programs:continue_link "
        "programs:email_link programs:pick_up programs:new_incident "
        "programs:incident "
        "legal:new_process legal:new_request breaches:new "
        "opt_outs:record "
        "partners:control partners:invite partners:new partners:new_person "
        "partners:sub_processor partners:new_tool partners:new_connection "
        "projects:agreements projects:body_new projects:call "
        "projects:invite projects:meeting projects:new projects:revise projects:make_real "
        "projects:seat projects:adopt releases:correct releases:extract_ask releases:new "
        "indicators:new indicators:preview "
        "releases:wrong_figure retention:demand disclosures:ask_for_record "
        "programs:new programs:new_group programs:next_group programs:enroll "
        "programs:cancel_session programs:hold_record programs:staff programs:funders "
        "notes:new_note notes:new_contact notes:new_appointment students:save_filter "
        "figures:factors figures:save_view dashboards:ask_committee"
    ),
    "moves on to people who can return it, or can be recalled": (
        "agreements:restore agreements:send_out agreements:submit agreements:take_back "
        "projects:answer projects:answer_for projects:move_on releases:submit "
        "programs:registration programs:offer_place"
    ),
    "states something about records that a newer statement replaces": (
        "families:hearing_schedule families:program_access "
        "legal:notify consents:kept_back consents:nations "
        "consents:of_child consents:rights consents:state notices:correct notices:record "
        "linkage:name_guardian linkage:question linkage:relative linkage:person "
        "partners:assess partners:review_state_law partners:attest partners:plan projects:policy "
        "training:quiz"
    ),
    "takes back what can be given again": (
        "agreements:take_back_notice families:no_copy families:stopped figures:resume_target "
        "figures:remove_factor figures:delete_view "
        "linkage:take_back releases:right_figure web:close_tour projects:matter "
        "programs:restore_session programs:withdraw_pick_up programs:end_hold"
    ),
    "starts work that changes no record by itself, or that can be started again": (
        "intake:check linkage:start linkage:shadow linkage:sample linkage:measure "
        "public_sources:discard public_sources:show "
        "releases:check releases:extract_prepare retention:again web:mail "
        "survey_figures:count survey_figures:review survey_figures:confirm"
    ),
    "answers a question or opens a session, and changes no record": (
        "disclosures:may_i families:amendment_reader families:enter families:leave "
        "families:letters_of students:search programs:funder_report_file"
    ),
    "takes a line off a list; the file stays in its folder": "intake:folder_file_dismiss",
    "records that a report was handed over, on the page that shows the report": "releases:given",
}
CONFIRMED: Final = {
    # agreements
    "agreements:begin_closing": "",
    "agreements:load": "",
    "agreements:review": "",
    "agreements:set_aside": r"Archive .+\?",
    "agreements:confirm_signature": "",
    "agreements:sign": "You cannot withdraw a signature",
    "agreements:terminate": r"Terminate .+\?",
    # programs
    "programs:destroy_records": "",
    "students:delete_filter": "",
    # families
    "consents:conflict": "",
    "consents:decide": "",
    "consents:end_tax_evidence": "",
    "consents:leave": r"Remove this student from the roster\?",
    "consents:objection": "",
    "consents:retire": r"Retire this form\?",
    "consents:revoke": r"Revoke this consent\?",
    "consents:undo": r"Undo this list\?",
    "families:amendment_decision": "",
    "families:amendment_hearing": "",
    "families:amendment_statement": "",
    "families:amendment_withdrawal": "",
    "families:answer": "",
    "families:copy_page": "",
    "families:copy_review": "",
    "families:decline": "",
    "families:hearing_decision": "",
    "families:program_copy": "",
    "families:replace_letter": r"Replace this letter\?",
    "families:stop": "",
    "families:stop_letter": r"Deactivate this letter\?",
    "families:stop_letters": r"Deactivate these letters\?",
    "notes:withdraw_contact": "",
    "notes:withdraw_note": "",
    "notices:withdraw": "",
    "opt_outs:undo": r"Undo these opt-outs\?",
    "opt_outs:withdraw": "",
    # A family accepts or declines once, on the page that names the place and the last day.
    "programs:answer_offer": "",
    "programs:close_incident": "",
    "programs:file_incident": "",
    "breaches:close": "",
    "breaches:notify": "",
    "legal:answer": "",
    "legal:decide": "",
    "legal:disclose": "",
    "legal:withdraw": "",
    "partners:remove_tool": r"with its connections \(\d",
    "partners:remove_connection": "is removed from the directory",
    # data
    "intake:cancel": r"Rows in the file: \d",
    "intake:proposal_cancel": r"sent by",
    "intake:file_request_withdraw": r"was asked for students",
    "intake:withdraw": r"Rows accepted: \d",
    "survey_figures:publish": "",
    "survey_figures:withdraw": "cannot be published again",
    "surveys:close": r"Answers to “.+”: \d",
    "surveys:delete": r"its questions \(\d",
    "surveys:discard": r"that were not imported: \d",
    "surveys:open": "cannot be changed after that",
    "surveys:question_remove": r"“.+” is removed from the survey",
    "linkage:guardian": "",
    "linkage:undo": "",
    "linkage:undo_relationship": "",
    # figures and rows that leave
    "indicators:approve": r"cannot be changed after that",
    "indicators:discard": r"its preview is no longer shown",
    "public_sources:hide": r"Hide this table from the public\?",
    "figures:answer_question": "emailed at once",
    "figures:end_target": "",
    "releases:decline": "",
    "releases:extract_fetch": "",
    "releases:extract_issue": "",
    "releases:extract_review": "Submit decision",
    "releases:extract_withdraw": r"Withdraw “.+”\?",
    "releases:end_renewal": r"End the renewal of “.+”\?",
    "releases:nation": "",
    "releases:publish": "",
    "releases:review": "Submit decision",
    "releases:send": "",
    "releases:send_back": "",
    "releases:withdraw": r"Numbers: \d",
    # records, destruction
    "disclosures:answer_request": r"Mark this record as provided\?",
    "retention:accept": "",
    "retention:close": "",
    "retention:dispute": "",
    "retention:duty": "",
    "retention:take_back": "",
    "retention:unrecorded": "",
    # projects and committees
    "projects:authorize": "",
    "projects:close_vote": "",
    "projects:end_seat": "End term of",
    "projects:revoke": r"People: \d",
    "projects:step_aside": "",
    "projects:withdraw": r"Withdraw this project\?",
    # partners and people
    "partners:bar": "",
    "partners:end": r"Other current roles of this person: \d",
    "partners:lift_bar": "",
    "partners:deactivate": r"Deactivate the sign-in of .+\?",
    "partners:reactivate": r"Current roles of this person: \d",
    "partners:reset_second_factor": r"Reset the two-step sign-in of .+\?",
    "training:confidentiality": "",
}
"""Route → what its page says, where `tests/entry_points` makes a thing in the state that allows it.

The pages of the others are opened by the tests of their app and by the journeys.
"""
_ASKED_AGAIN: Final = {"consents:decide"}
"""Takes a choice from a list by POST, and shows its page until it is confirmed."""
_FIRST: Final = (Role.DATA_MANAGER, Role.STEWARD, *Role)


def _find_routes() -> dict[str, Callable[..., Any]]:
    def walk(patterns: list[URLPattern | URLResolver], prefix: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
                found |= walk(pattern.url_patterns, inner)
            else:
                found[f"{prefix}{pattern.name}"] = pattern.callback
        return found

    # The sign-in library has its own pages, of one's own account.
    return {
        name: view for name, view in walk(get_resolver().url_patterns, "").items() if name in ROUTES
    }


def _list_methods(view: Callable[..., Any]) -> str:
    """The methods of a view, which it names when it is asked for another."""
    answer = view(RequestFactory().generic("PUT", "/"))
    return str(answer.headers.get("Allow", ""))


CHANGING: Final = {
    name: methods
    for name, view in _find_routes().items()
    if "POST" in (methods := _list_methods(view))
}


def test_every_route_that_changes_something_is_in_one_table() -> None:
    undoable = [name for names in _UNDOABLE.values() for name in names.split()]
    assert len(undoable) == len(set(undoable))
    assert not set(undoable) & set(CONFIRMED)
    assert {*undoable, *CONFIRMED} == set(CHANGING)


@pytest.mark.parametrize("route", sorted(set(CONFIRMED) - _ASKED_AGAIN))
def test_what_cannot_be_undone_has_a_page(route: str) -> None:
    assert "GET" in CHANGING[route]


@pytest.mark.django_db(databases=["default", "identities"])
@pytest.mark.parametrize("route", sorted(name for name, said in CONFIRMED.items() if said))
def test_the_page_says_what_will_happen_and_can_be_left(
    browser: Callable[..., Client], route: str
) -> None:
    entry = ROUTES[route]
    address = f"{reverse(route, kwargs=entry.make())}?{urlencode(entry.sends)}"
    client = browser(next(role for role in _FIRST if role in entry.roles))
    before = AuditLine.objects.count()
    check_asks_first(client, address, CONFIRMED[route])
    assert AuditLine.objects.count() == before
