"""Deciding: how a group settles its question once talked out - by a vote, or by rounds of consensus."""

from collections.abc import Sequence

from msgspec.structs import replace

from fabula.environments.dialogue.actions import Consent, Falter, Propose, Vote
from fabula.environments.dialogue.events import Consented, EndKind, Proposed, Settled, Voted
from fabula.environments.dialogue.faltering import falter, speaks_again
from fabula.environments.dialogue.outlook import Proposal
from fabula.environments.dialogue.scene import Answers, Scene
from fabula.environments.dialogue.setting import Decision, DialogueSetting
from fabula.environments.dialogue.speaking import words_from
from fabula.environments.dialogue.speech import sentence
from fabula.environments.dialogue.state import DialogueState, Phase
from fabula.environments.dialogue.words import name_key, spaced, words_of

FOR_OR_AGAINST = ("for", "against")
"""What a vote is between where the setting names no options."""
SAID_CHARACTERS_MAX = 400
"""What is looked at of a vote in words."""
VOTES_MAX = 2
"""The first vote, and a second one among those that tie."""


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
        why = "did not vote"
        choice = ""
        match answers.get(name):
            case Vote(choice=said):
                speaks_again(scene, name)
                choice = chosen(said, open_)
                why = "" if choice or not said.strip() else f"{sentence(said[:80])!r} cannot be voted for"
            case Falter() as failed:
                falter(scene, name, failed)
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
    else:
        _settle(scene, "", tally, f"The vote was tied between {_listed(best)}, and so was a second one.")


def chosen(said: str, open_: Sequence[str]) -> str:
    """The option that is meant: written out, by its number, or by a part of it that no other has; empty if none."""
    key = name_key(said[:SAID_CHARACTERS_MAX])
    keys = {name_key(option): option for option in open_}
    if key in keys:
        return keys[key]
    if key.isdecimal() and len(key) < len("1000") and 1 <= int(key) <= len(open_):
        return open_[int(key) - 1]
    words = _telling(key)
    options_words = {option: _telling(option) for option in open_}
    begun = [option for option in open_ if words and options_words[option][: len(words)] == words]
    held = begun or [option for option in open_ if f" {' '.join(options_words[option])} " in spaced(key)]
    return held[0] if len(held) == 1 else ""


def _telling(text: str) -> list[str]:
    """Its words without a leading article."""
    words = words_of(text)
    return words[1:] if words[:1] in (["the"], ["a"], ["an"]) else words


def take_proposals(scene: Scene, answers: Answers) -> None:
    """Put what is proposed on the table, beside what the round before left there; the same twice has two behind it."""
    state = scene.state
    for name in state.present:
        match answers.get(name):
            case Propose(text=text):
                speaks_again(scene, name)
                if said := sentence(words_from(scene, name, text).text):
                    _put(scene, name, said)
            case Falter() as failed:
                falter(scene, name, failed)
                if state.ended is not None:
                    return
    if state.proposals:
        state.phase = Phase.CONSENT
    else:
        _settle(scene, "", {}, "Nobody had anything to propose.")


def take_consents(scene: Scene, answers: Answers) -> None:
    """A proposal to which nobody objects stands; else those with the fewest objections go on while there are rounds."""
    state = scene.state
    on_table = {proposal.number for proposal in state.proposals}
    objections = dict.fromkeys(sorted(on_table), 0)
    answered: list[str] = []
    for name in state.present:
        match answers.get(name):
            case Consent(objects_to=numbers, objection=why):
                speaks_again(scene, name)
                answered.append(name)
                against = tuple(sorted(on_table.intersection(numbers)))
                for number in against:
                    objections[number] += 1
                scene.add(
                    Consented(
                        speaker=name,
                        objects_to=against,
                        objection=sentence(why) if against else "",
                        round=state.round,
                        seen_by=scene.everyone,
                    )
                )
            case Falter() as failed:
                falter(scene, name, failed)
                if state.ended is not None:
                    return
    state.proposals = [replace(each, objections=objections[each.number]) for each in state.proposals]
    _weigh(scene, answered)


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
