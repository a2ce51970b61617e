"""Deciding: how a group settles its question once talked out - by a vote, or by rounds of consensus."""

from collections.abc import Sequence

from msgspec.structs import replace

from fabula.environments.dialogue.actions import AnyAction, Consent, Falter, Propose, Vote
from fabula.environments.dialogue.events import Consented, EndKind, Proposed, Settled, Voted
from fabula.environments.dialogue.faltering import falter, speaks_again, unclear
from fabula.environments.dialogue.objections import objections_in
from fabula.environments.dialogue.outlook import Proposal
from fabula.environments.dialogue.scene import Answers, Scene
from fabula.environments.dialogue.setting import Decision, DialogueSetting
from fabula.environments.dialogue.speaking import hands_over, words_from
from fabula.environments.dialogue.speech import sentence
from fabula.environments.dialogue.state import DialogueState, Phase
from fabula.environments.dialogue.verdicts import choice_in
from fabula.environments.dialogue.words import name_key

FOR_OR_AGAINST = ("for", "against")
"""What a vote is between where the setting names no options."""
VOTES_MAX = 2
"""The first vote, and a second one among those that tie."""
_ABSTAINS = "it neither consents nor objects"


def options(setting: DialogueSetting, state: DialogueState) -> tuple[str, ...]:
    """What can be voted for now; none where there is no vote."""
    if setting.decision is not Decision.VOTE:
        return ()
    return tuple(state.tied) or setting.options or FOR_OR_AGAINST


def take_votes(scene: Scene, answers: Answers) -> None:
    """Count the votes: the most win; those that tie are voted on once more, then it stands open."""
    state, open_ = scene.state, options(scene.setting, scene.state)
    tally = dict.fromkeys(open_, 0)
    for name in state.present:
        choice, why = _vote(scene, name, answers.get(name), open_)
        if state.ended is not None:
            return
        if choice:
            tally[choice] += 1
        scene.add(Voted(speaker=name, choice=choice, why=why, round=state.round, seen_by=scene.everyone))
    most = max(tally.values())
    best = [option for option in open_ if tally[option] == most]
    if len(best) == 1:
        _settle(scene, best[0], tally, f"The vote went to {best[0]!r}, {_votes(most)} of {sum(tally.values())}.")
    elif state.round < VOTES_MAX:
        state.tied, state.round = best, state.round + 1
    elif not most:
        _settle(scene, "", tally, "Nobody voted.")
    else:
        _settle(scene, "", tally, f"The vote was tied between {_listed(best)}, and so was a second one.")


def _vote(scene: Scene, name: str, answer: AnyAction | None, open_: Sequence[str]) -> tuple[str, str]:
    """What somebody votes for, and, where that is nothing, why."""
    match answer:
        case Vote(choice=said):
            speaks_again(scene, name)
            choice = chosen(said, open_)
            return choice, "" if choice or not said.strip() else f"{sentence(said[:80])!r} cannot be voted for"
        case Falter() as failed:
            falter(scene, name, failed, instead="it does not vote")
            return "", "could not vote"
    return "", "did not vote"


def chosen(said: str, open_: Sequence[str]) -> str:
    """The option that is plainly meant: written out, by its number, or in other words; empty if none is. See
    `verdicts`.
    """
    return choice_in(said, open_) or ""


def take_proposals(scene: Scene, answers: Answers) -> None:
    """Put what is proposed on the table, beside what the round before left there; the same twice has two behind it."""
    state = scene.state
    for name in state.present:
        match answers.get(name):
            case Propose(text=text):
                speaks_again(scene, name)
                if said := _own_words(scene, name, text):
                    _put(scene, name, said)
            case Falter() as failed:
                falter(scene, name, failed, instead="it proposes nothing")
        if state.ended is not None:
            return
    if state.proposals:
        state.phase = Phase.CONSENT
    else:
        _settle(scene, "", {}, "Nobody had anything to propose.")


def _own_words(scene: Scene, name: str, text: str) -> str:
    """What somebody proposes; what the rules of a domain put in its place is no proposal of theirs."""
    words = words_from(scene, name, text)
    return "" if hands_over(scene, name, words) or words.replaced else sentence(words.text)


def take_consents(scene: Scene, answers: Answers) -> None:
    """A proposal to which nobody objects stands; else those with the fewest objections go on while there are rounds."""
    state = scene.state
    on_table = sorted(proposal.number for proposal in state.proposals)
    objections = dict.fromkeys(on_table, 0)
    answered: list[str] = []
    for name in state.present:
        match answers.get(name):
            case Consent() as consent:
                speaks_again(scene, name)
                against = _against(consent, on_table)
                if against is None:
                    unclear(scene, name, "what it objects to is not plain", instead=_ABSTAINS)
                else:
                    answered.append(name)
                    _consent(scene, name, against, consent.objection)
                for number in against or ():
                    objections[number] += 1
            case Falter() as failed:
                falter(scene, name, failed, instead=_ABSTAINS)
        if state.ended is not None:
            return
    state.proposals = [replace(each, objections=objections[each.number]) for each in state.proposals]
    _weigh(scene, answered)


def _against(consent: Consent, on_table: Sequence[int]) -> tuple[int, ...] | None:
    """The numbers it objects to; None where it objects to something, and to nothing that is there: no consent is made
    of that.
    """
    against = tuple(sorted(set(on_table).intersection(consent.objects_to)))
    if against or not (consent.objects_to or consent.objection.strip()):
        return against
    return None if consent.objects_to else objections_in(consent.objection, on_table)


def _consent(scene: Scene, name: str, against: tuple[int, ...], why: str) -> None:
    if not against:
        why = ""
    elif scene.speaker(name).service is not None:
        words = words_from(scene, name, why)
        why = "" if hands_over(scene, name, words) or words.replaced else words.text
        if scene.state.ended is not None:
            return
    scene.add(
        Consented(
            speaker=name,
            objects_to=against,
            objection=sentence(why),
            round=scene.state.round,
            seen_by=scene.everyone,
        )
    )


def _weigh(scene: Scene, answered: Sequence[str]) -> None:
    state = scene.state
    tally = {each.text: each.objections for each in state.proposals}
    # Silence of all others is no consent.
    free = [each for each in state.proposals if not each.objections and any(name != each.speaker for name in answered)]
    if free:
        best = max(free, key=lambda each: (each.support, -each.number))
        _settle(scene, best.text, tally, f"Nobody objected to what {best.speaker} proposed: {best.text.rstrip('.')!r}.")
    elif state.round < scene.setting.rounds:
        fewest = min(each.objections for each in state.proposals)
        state.proposals = [each for each in state.proposals if each.objections == fewest]
        state.round += 1
        state.phase = Phase.PROPOSE
    else:
        rounds = f"{state.round} rounds" if state.round > 1 else "the one round"
        _settle(scene, "", tally, f"After {rounds} somebody objected to every proposal.")


def _put(scene: Scene, name: str, text: str) -> None:
    state = scene.state
    same = next((at for at, each in enumerate(state.proposals) if name_key(each.text) == name_key(text)), None)
    if same is None:
        state.proposed += 1
        proposal = Proposal(number=state.proposed, speaker=name, text=text)
        state.proposals.append(proposal)
    else:
        proposal = state.proposals[same]
        # Whoever repeats their own adds nothing to it.
        support = proposal.support + (1 if proposal.speaker != name else 0)
        state.proposals[same] = replace(proposal, support=support)
    scene.add(
        Proposed(speaker=name, text=proposal.text, number=proposal.number, round=state.round, seen_by=scene.everyone)
    )


def _settle(scene: Scene, result: str, tally: dict[str, int], why: str) -> None:
    state = scene.state
    scene.add(
        Settled(
            how=scene.setting.decision.value,
            result=result,
            tally=tally,
            rounds=state.round,
            seen_by=scene.everyone,
        )
    )
    scene.end(EndKind.DECIDED if result else EndKind.UNDECIDED, f"{why} ({state.talked_out.rstrip('.')}.)")


def _votes(count: int) -> str:
    return f"{count} vote{'' if count == 1 else 's'}"


def _listed(items: Sequence[str]) -> str:
    quoted = [repr(item) for item in items]
    return " and ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)
