"""What leaves: a release from draft to published, and who may do what to it."""

from datetime import date

from cairn.rules import pilot as pilots
from cairn.rules.access import may_open, who
from cairn.rules.actor import Actor
from cairn.rules.agreement import Agreement
from cairn.rules.attackers import asked_them_all
from cairn.rules.authority import lineage, relied_on
from cairn.rules.beside import saw_what_is_out, stands_beside
from cairn.rules.decide import Request, Rule, decide
from cairn.rules.decision import Decision
from cairn.rules.framing import told_fairly
from cairn.rules.lifecycle import next_state
from cairn.rules.lives.release import RELEASE
from cairn.rules.nation import (
    conditions_met,
    is_a_nation,
    not_withdrawn,
    still_approve,
)
from cairn.rules.organization import OrganizationFact
from cairn.rules.packs.by_state import publication_rules
from cairn.rules.question import question
from cairn.rules.release_fact import ReleaseFact
from cairn.rules.review import (
    approved_by_two,
    asked_about,
    asked_and_silent,
    has_story,
    in_state,
    not_declined,
    not_the_author,
    not_yet_reviewed,
    owners_settled,
    published,
    reported,
    safe,
    sent_its_answer,
    still_blind,
)
from cairn.rules.together import TogetherFact, one_group, said_why
from cairn.rules.vocabulary import Action, Outcome, Purpose


@question
def may_draft(
    organization: str,
    agreements: tuple[Agreement, ...],
    purpose: Purpose,
    actor: Actor,
    on: date,
    *,
    pilot: bool = False,
) -> Decision:
    """Whether a release of data under these agreements may be begun at an organization."""
    request = Request(
        action=Action.DRAFT_RELEASE,
        actor=actor,
        facts=(organization, agreements, pilot),
        who=who(Action.DRAFT_RELEASE, actor, frozenset({organization})),
        authority=(
            *relied_on(agreements, actor, purpose),
            pilots.of_world(agreements, pilot=pilot),
        ),
        lineage=lineage(agreements),
        purpose=purpose,
    )
    return decide(request, on)


@question
def may_check(release: ReleaseFact, actor: Actor, on: date) -> Decision:
    """Whether a release may be counted, protected and attacked (again) in its present state."""
    event = check_event(release, on)
    return _ask(Action.PROTECT, release, actor, on, in_state(release.state, event))


@question
def may_stand_beside(release: ReleaseFact, actor: Actor, on: date) -> Decision:
    """Whether what the check counted may go on beside the releases that are out already."""
    return _ask(Action.PROTECT, release, actor, on, stands_beside(release.beside))


def check_event(release: ReleaseFact, on: date) -> str:
    """What a check is in the life of a release. One that others look at already is checked again
    only where nothing else helps, since all of them then begin anew."""
    again = next_state(RELEASE, release.state, "check again") is not None
    return "check again" if again and must_check_again(release, on) else "check"


def must_check_again(release: ReleaseFact, on: date) -> bool:
    """Whether something came since the check that only another one takes into account: a release
    of the same figures, a nation's word, or an attacker whom nobody had thought of."""
    rules = (
        _attacked_by_all(release),
        saw_what_is_out(release.beside),
        still_approve(release.nations, release.words),
    )
    return any(reason.effect is not Outcome.ALLOW for rule in rules for reason in rule(on))


@question
def may_reword(release: ReleaseFact, actor: Actor, on: date) -> Decision:
    """Whether the words beside the figures may be changed: while nobody reviews them."""
    return _ask(Action.DRAFT_RELEASE, release, actor, on, in_state(release.state, "reword"))


@question
def may_redraft(release: ReleaseFact, actor: Actor, on: date) -> Decision:
    """Whether what is counted may be changed; it is then a draft again and must be checked."""
    return _ask(Action.DRAFT_RELEASE, release, actor, on, in_state(release.state, "redraft"))


@question
def may_count_as_one(release: ReleaseFact, asked: TogetherFact, actor: Actor, on: date) -> Decision:
    """Whether some groups may be counted as one; the release is then a draft again."""
    return _ask(
        Action.DRAFT_RELEASE,
        release,
        actor,
        on,
        in_state(release.state, "redraft"),
        one_group(asked),
        said_why(asked),
    )


@question
def may_correct(release: ReleaseFact, actor: Actor, on: date) -> Decision:
    """Whether a correction may be begun: of what the public reads now. It goes the whole way of a
    release, and what it corrects stays up until it is published."""
    return _ask(Action.DRAFT_RELEASE, release, actor, on, in_state(release.state, "replace"))


@question
def may_submit(release: ReleaseFact, actor: Actor, on: date) -> Decision:
    """Whether a release may go to the reviewers: found safe, with its story."""
    return _ask(
        Action.SUBMIT_RELEASE,
        release,
        actor,
        on,
        in_state(release.state, "submit"),
        safe(found=release.safe, agreements=release.agreements),
        _attacked_by_all(release),
        stands_beside(release.beside),
        saw_what_is_out(release.beside),
        has_story(said=release.has_story),
        told_fairly(release.telling, release.agreements),
        still_approve(release.nations, release.words),
    )


@question
def may_review(release: ReleaseFact, actor: Actor, on: date) -> Decision:
    """Whether this person may review: never the author, nobody twice, nobody who has read the
    verdicts of others."""
    return _ask(
        Action.REVIEW_RELEASE,
        release,
        actor,
        on,
        in_state(release.state, "review"),
        not_the_author(release.author, actor),
        not_yet_reviewed(release.reviews, actor),
        still_blind(release.reviews),
    )


@question
def may_send_back(release: ReleaseFact, actor: Actor, on: date) -> Decision:
    """Whether a release may go to the owners of its data: two others have approved it."""
    return _ask(
        Action.SEND_BACK_RELEASE,
        release,
        actor,
        on,
        in_state(release.state, "send back"),
        approved_by_two(release.reviews, release.author),
        safe(found=release.safe, agreements=release.agreements),
        _attacked_by_all(release),
        stands_beside(release.beside),
        saw_what_is_out(release.beside),
        still_approve(release.nations, release.words),
    )


@question
def may_answer_as_nation(
    release: ReleaseFact, nation: OrganizationFact, actor: Actor, on: date
) -> Decision:
    """Whether this person may say for a tribal nation whether its children are counted, and take
    it back: a steward of that nation, while the release is not withdrawn."""
    request = Request(
        action=Action.APPROVE_AS_NATION,
        actor=actor,
        facts=(release, nation),
        who=who(Action.APPROVE_AS_NATION, actor, frozenset({nation.slug})),
        outcome=(is_a_nation(nation), not_withdrawn(release.state)),
        lineage=lineage(release.agreements),
        purpose=release.purpose,
    )
    return decide(request, on)


@question
def may_answer(release: ReleaseFact, organization: str, actor: Actor, on: date) -> Decision:
    """Whether this person may answer for an owner: a steward of that owner, when asked."""
    request = Request(
        action=Action.ANSWER_SEND_BACK,
        actor=actor,
        facts=(release, organization),
        who=who(Action.ANSWER_SEND_BACK, actor, frozenset({organization})),
        outcome=(
            in_state(release.state, "confirm"),
            asked_and_silent(release.send_backs, organization),
        ),
        lineage=lineage(release.agreements),
        purpose=release.purpose,
    )
    return decide(request, on)


@question
def may_view_own_figures(release: ReleaseFact, owner: str, actor: Actor, on: date) -> Decision:
    """Whether this person may read what an owner's rows alone come to, nothing withheld: a steward
    of that owner, cleared to see its children, once it is asked."""
    rule = asked_about(release.send_backs, owner)
    return _ask(Action.VIEW_OWN_FIGURES, release, actor, on, rule, of=frozenset({owner}))


@question
def may_view_wrong_figures(release: ReleaseFact, owner: str, actor: Actor, on: date) -> Decision:
    """Whether this person may read which figures an owner called wrong, and what they should be:
    those who count, and the owner itself, once it has answered."""
    rule = sent_its_answer(release.send_backs, owner)
    readers = frozenset({release.organization, owner})
    return _ask(Action.VIEW_WRONG_FIGURES, release, actor, on, rule, of=readers)


@question
def may_publish(release: ReleaseFact, actor: Actor, on: date) -> Decision:
    """Whether the public may see it: safe, reviewed, settled with every owner, in context.

    The purpose is public reporting whatever the release says, and each agreement must name it.
    """
    request = Request(
        action=Action.PUBLISH_RELEASE,
        actor=actor,
        facts=(release,),
        who=who(Action.PUBLISH_RELEASE, actor, frozenset({release.organization})),
        authority=(
            *relied_on(release.agreements, actor, Purpose.PUBLIC_REPORTING),
            pilots.of_world(release.agreements, pilot=release.pilot),
        ),
        outcome=(
            in_state(release.state, "publish"),
            safe(found=release.safe, agreements=release.agreements),
            _attacked_by_all(release),
            stands_beside(release.beside),
            saw_what_is_out(release.beside),
            has_story(said=release.has_story),
            told_fairly(release.telling, release.agreements),
            approved_by_two(release.reviews, release.author),
            not_declined(release.send_backs),
            owners_settled(release.agreements, release.owners, release.send_backs),
            still_approve(release.nations, release.words),
            conditions_met(release.nations, release.words),
            *publication_rules(release.sources, release.reported_on),
        ),
        lineage=lineage(release.agreements),
        purpose=Purpose.PUBLIC_REPORTING,
    )
    return decide(request, on)


@question
def may_report(release: ReleaseFact, reported_on: date, actor: Actor, on: date) -> Decision:
    """Whether this person may put on record that a release was reported to a state that day."""
    request = Request(
        action=Action.REPORT_RELEASE,
        actor=actor,
        facts=(release, reported_on),
        who=who(Action.REPORT_RELEASE, actor, frozenset({release.organization})),
        outcome=(reported(reported_on),),
        lineage=lineage(release.agreements),
        purpose=release.purpose,
    )
    return decide(request, on)


@question
def may_withdraw(release: ReleaseFact, actor: Actor, on: date) -> Decision:
    """Whether this person may take it back: who made it, or a steward of an owner."""
    organizations = release.owners | {release.organization}
    rule = in_state(release.state, "withdraw")
    return _ask(Action.WITHDRAW_RELEASE, release, actor, on, rule, of=organizations)


@question
def may_view_release(release: ReleaseFact, actor: Actor, on: date) -> Decision:
    """Whether this person may see it before the public: makers, reviewers, its owners, and the
    nations that may be asked."""
    organizations = release.owners | release.asked | {release.organization}
    return _ask(Action.VIEW_RELEASE, release, actor, on, of=organizations)


def _attacked_by_all(release: ReleaseFact) -> Rule:
    return asked_them_all(None if release.safe is None else release.asked_to_try)


@question
def may_view_published(release: ReleaseFact, on: date) -> Decision:
    """Whether the public may see it now."""
    rules = (
        published(release.state),
        pilots.public(pilot=release.pilot or any(a.pilot for a in release.agreements)),
    )
    return _ask(Action.VIEW_PUBLISHED, release, Actor.public(), on, *rules)


@question
def may_view_releases(actor: Actor, on: date) -> Decision:
    """Whether this person may open the list; each release in it is asked for by itself."""
    return may_open(Action.VIEW_RELEASE, actor, on=on)


def _ask(
    action: Action,
    release: ReleaseFact,
    actor: Actor,
    on: date,
    *rules: Rule,
    of: frozenset[str] | None = None,
) -> Decision:
    """A question about the release itself, of its own organization unless others are named."""
    request = Request(
        action=action,
        actor=actor,
        facts=(release,),
        who=who(action, actor, of or frozenset({release.organization})),
        outcome=rules,
        lineage=lineage(release.agreements),
        purpose=release.purpose,
    )
    return decide(request, on)
