"""An action is one transaction, one question and one audit line; wrong declarations never load."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pytest
from django.db import transaction

from cairn.platform.accounts.api import User
from cairn.platform.actions.api import (
    ActionDeclarationError,
    ActionResult,
    action,
    get_action_declaration,
    has_role_at,
    has_role_for,
    load_current_actor,
    long_action,
    system_action,
)
from cairn.platform.audit.api import AuditLine
from cairn.policy.engine import Decision, Permit, Refused
from cairn.policy.facts import Actor
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action, Role

AT = datetime(2026, 9, 1, 12, tzinfo=UTC)
may_change_people = has_role_for(Action.CHANGE_PEOPLE)


def lock_user(*, user: User) -> tuple[()]:
    User.objects.select_for_update().get(pk=user.pk)
    return ()


@action("person.renamed", asks=may_change_people, facts=lock_user)
def rename_user(
    permit: Permit, /, *, user: User, name: str, by: User, at: datetime, fail: bool = False
) -> ActionResult[str]:
    """Give a user another name."""
    user.name = name
    user.save(update_fields=["name"])
    if fail:
        raise ValueError(name)
    return ActionResult(permit.decision_id, subject=user, detail={"length": len(name)})


pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(person: Callable[..., Any]) -> Any:
    return person(Role.DATA_MANAGER)


def test_an_allowed_action_writes_its_row_and_one_audit_line(manager: Any) -> None:
    decision_id = rename_user(user=manager, name="Ada", by=manager, at=AT)
    line = AuditLine.objects.get()
    assert User.objects.get(pk=manager.pk).name == "Ada"
    assert (line.event, line.subject, line.at) == ("person.renamed", f"user:{manager.pk}", AT)
    assert (line.decision_id, line.outcome) == (decision_id, "allow")
    assert (line.actor_id, line.detail) == (str(manager.pk), {"length": 3})


def test_a_refused_action_writes_nothing(manager: Any, person: Callable[..., Any]) -> None:
    steward = person(Role.STEWARD, at="river")
    with pytest.raises(Refused) as refused:
        rename_user(user=manager, name="Ada", by=steward, at=AT)
    assert refused.value.decision.action is Action.CHANGE_PEOPLE
    assert User.objects.get(pk=manager.pk).name != "Ada"
    assert not AuditLine.objects.exists()


def test_an_error_undoes_the_row_and_leaves_no_audit_line(manager: Any) -> None:
    with pytest.raises(ValueError, match="Ada"):
        rename_user(user=manager, name="Ada", by=manager, at=AT, fail=True)
    assert User.objects.get(pk=manager.pk).name != "Ada"
    assert not AuditLine.objects.exists()


def test_a_failing_audit_line_undoes_the_row(manager: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("cairn.platform.actions.declaration.record_audit_event", fail)
    with pytest.raises(OSError, match="disk full"):
        rename_user(user=manager, name="Ada", by=manager, at=AT)
    assert User.objects.get(pk=manager.pk).name != "Ada"


def test_the_question_is_asked_with_the_facts_on_the_local_day(manager: Any) -> None:
    asked: list[tuple[object, ...]] = []

    def ask(name: str, length: int, actor: Actor, on: date) -> Decision:
        asked.append((name, length, actor.id, on))
        return may_change_people(actor, on)

    def load_name_facts(*, name: str, at: datetime) -> tuple[str, int]:
        return name, at.year

    @action("person.renamed", asks=ask, facts=load_name_facts)
    def act(
        permit: Permit, /, *, name: str = "Grace", by: User, at: datetime
    ) -> ActionResult[None]:
        return ActionResult(subject=f"name:{name}")

    # 02:00 UTC on September 1 is still August 31 in the time zone of the installation.
    assert act(by=manager, at=AT.replace(hour=2)) is None
    assert asked == [("Grace", 2026, str(manager.pk), date(2026, 8, 31))]


def test_an_action_may_take_the_decision_beside_the_permit(manager: Any) -> None:
    @action("person.renamed", asks=may_change_people)
    def act(
        permit: Permit, decision: Decision, /, *, by: User, at: datetime
    ) -> ActionResult[Decision]:
        assert permit.decision_id == decision.decision_id
        return ActionResult(decision, subject=by)

    assert act(by=manager, at=AT).action is Action.CHANGE_PEOPLE


def test_a_role_at_an_organization_is_asked_about(person: Callable[..., Any]) -> None:
    ask = has_role_at(Action.CHANGE_DICTIONARY)

    def get_organization(*, organization: str) -> tuple[str]:
        return (organization,)

    @action("dictionary.confirmed", asks=ask, facts=get_organization)
    def act(permit: Permit, /, *, organization: str, by: User, at: datetime) -> ActionResult[None]:
        return ActionResult(subject=by)

    steward = person(Role.STEWARD, at="river")
    act(organization="river", by=steward, at=AT)
    with pytest.raises(Refused):
        act(organization="hills", by=steward, at=AT)


def test_a_system_action_records_without_a_decision(manager: Any) -> None:
    @system_action("person.ended", reason="it follows from the end of a contract")
    def act(*, user: User, by: User | None, at: datetime) -> ActionResult[int]:
        return ActionResult(7, subject=user)

    assert act(user=manager, by=None, at=AT) == 7
    line = AuditLine.objects.get()
    assert (line.event, line.decision_id, line.actor_id) == ("person.ended", "", "")


def test_what_follows_an_action_is_recorded_after_it_and_undone_with_it(manager: Any) -> None:
    @system_action("person.ended", reason="it follows from the new name")
    def end(*, user: User, by: User, at: datetime, fail: bool = False) -> ActionResult[None]:
        if fail:
            raise ValueError("no end")
        return ActionResult(subject=user)

    @action("person.renamed", asks=may_change_people)
    def act(permit: Permit, /, *, fail: bool, by: User, at: datetime) -> ActionResult[None]:
        follow = partial(end, user=by, by=by, at=at, fail=fail)
        return ActionResult(subject=by, followed_by=follow)

    with pytest.raises(ValueError, match="no end"):
        act(fail=True, by=manager, at=AT)
    assert not AuditLine.objects.exists()
    act(fail=False, by=manager, at=AT)
    events = list(AuditLine.objects.order_by("sequence").values_list("event", flat=True))
    assert events == ["person.renamed", "person.ended"]


@pytest.mark.django_db(databases=["default", "identities"], transaction=True)
def test_a_second_database_is_undone_with_the_audit_line(
    manager: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cairn.data.identity.models.person_index import Person

    @action("linkage.person_seen", asks=may_change_people, also_in="identities")
    def act(permit: Permit, /, *, by: User, at: datetime) -> ActionResult[None]:
        assert transaction.get_connection("identities").in_atomic_block
        return ActionResult(subject=Person.objects.create(id="a", created=at))

    def fail(*_args: object, **_kwargs: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr("cairn.platform.actions.declaration.record_audit_event", fail)
        with pytest.raises(OSError, match="disk full"):
            act(by=manager, at=AT)
    assert not Person.objects.exists()
    act(by=manager, at=AT)
    assert AuditLine.objects.get().subject == "person:a"
    assert Person.objects.count() == 1


class TestLongAction:
    """Long work asks at both ends and runs in no transaction."""

    @staticmethod
    def _make(worked: list[bool]) -> Callable[..., str]:
        @long_action(asks=may_change_people, facts=lock_user, finish=rename_user)
        def rename_slowly(
            permit: Permit, /, *, user: User, name: str, by: User, at: datetime
        ) -> str:
            worked.append(transaction.get_connection().in_atomic_block)
            return rename_user(user=user, name=name, by=by, at=at)

        return rename_slowly

    @pytest.mark.django_db(transaction=True)
    def test_the_work_is_in_no_transaction(self, manager: Any) -> None:
        worked: list[bool] = []
        assert self._make(worked)(user=manager, name="Ada", by=manager, at=AT)
        assert worked == [False]
        assert AuditLine.objects.get().event == "person.renamed"

    @pytest.mark.django_db(transaction=True)
    def test_it_refuses_to_run_inside_a_transaction(self, manager: Any) -> None:
        worked: list[bool] = []
        with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
            self._make(worked)(user=manager, name="Ada", by=manager, at=AT)
        assert worked == []

    def test_a_refusal_comes_before_the_work(
        self, manager: Any, person: Callable[..., Any]
    ) -> None:
        worked: list[bool] = []
        steward = person(Role.STEWARD, at="river")
        with pytest.raises(Refused):
            self._make(worked)(user=manager, name="Ada", by=steward, at=AT)
        assert worked == []

    def test_the_end_must_be_an_action_that_asks(self) -> None:
        @system_action("person.ended", reason="a test")
        def end(*, by: User, at: datetime) -> ActionResult[None]:
            return ActionResult(subject=by)

        for finish in (lock_user, end):
            with pytest.raises(ActionDeclarationError, match="@action"):
                long_action(asks=may_change_people, finish=finish)


def test_a_system_action_must_give_a_reason() -> None:
    with pytest.raises(ActionDeclarationError, match="reason"):
        system_action("person.ended", reason="")


def test_an_action_takes_what_it_was_granted_first_and_all_else_by_keyword() -> None:
    declare: Any = action("person.renamed", asks=may_change_people)

    def positional(
        permit: Permit, decision: Decision, user: User, *, by: User, at: datetime
    ) -> None:
        """Take a third positional argument."""

    def ungranted(*, by: User, at: datetime) -> None:
        """Take no permit."""

    def variadic(permit: Permit, *names: str, by: User, at: datetime, **more: str) -> None:
        """Take anything."""

    for function in (positional, ungranted, variadic):
        with pytest.raises(ActionDeclarationError, match="positional"):
            declare(function)


def test_an_action_says_who_and_when() -> None:
    declare: Any = action("person.renamed", asks=may_change_people)

    def without_actor(permit: Permit, /, *, at: datetime) -> None:
        """Forget the actor."""

    def without_time(permit: Permit, /, *, by: User) -> None:
        """Forget the time."""

    for function in (without_actor, without_time):
        with pytest.raises(ActionDeclarationError, match="who acts and when"):
            declare(function)


def test_a_session_without_an_account_hands_in_its_own_actor(person: Callable[..., Any]) -> None:
    @action("consent.answered", asks=may_change_people)
    def act(permit: Permit, /, *, who: Actor, at: datetime, by: None = None) -> ActionResult[str]:
        return ActionResult(who.id, subject=f"family:{who.id}")

    manager = person(Role.DATA_MANAGER)
    assert act(who=load_current_actor(manager), at=AT) == str(manager.pk)
    with pytest.raises(Refused):
        act(who=Actor.public(), at=AT)


def test_a_user_cannot_bring_another_actor() -> None:
    def act(permit: Permit, /, *, who: Actor, by: User, at: datetime) -> None:
        """Take an actor beside the user."""

    declare: Any = action("person.renamed", asks=may_change_people)
    with pytest.raises(ActionDeclarationError, match="only an action without a user"):
        declare(act)


def test_facts_take_only_what_the_action_takes() -> None:
    def act(permit: Permit, /, *, user: str, by: User, at: datetime) -> None:
        """Take a user's name instead of the user."""

    declare: Any = action("person.renamed", asks=may_change_people, facts=lock_user)
    with pytest.raises(ActionDeclarationError, match="lock_user needs `user"):
        declare(act)


def test_callers_see_the_signature_without_the_permit() -> None:
    import inspect

    assert list(inspect.signature(rename_user).parameters) == ["user", "name", "by", "at", "fail"]
    assert rename_user.__name__ == "rename_user"
    assert rename_user.__doc__ == "Give a user another name."


def test_a_permit_or_an_unknown_argument_cannot_be_passed(manager: Any) -> None:
    untyped: Any = rename_user
    permit = may_open_page(Action.VIEW_HOME, Actor.public(), on=AT.date())
    for arguments in ({"permit": permit}, {"surname": "L"}):
        with pytest.raises(TypeError):
            untyped(user=manager, name="Ada", by=manager, at=AT, **arguments)


def test_the_declaration_of_an_action_can_be_read() -> None:
    declaration = get_action_declaration(rename_user)
    assert declaration is not None
    assert (declaration.event, declaration.asks) == ("person.renamed", may_change_people)
    assert get_action_declaration(lock_user) is None
