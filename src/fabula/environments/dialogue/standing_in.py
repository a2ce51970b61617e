"""Standing in: what becomes of a question to a speaker when the mind in its seat cannot answer."""

from fabula.agents.minds.human import LeftToRules
from fabula.agents.minds.unanswered import Unanswered
from fabula.engine.environment import Mind
from fabula.engine.values import Action, Decided, Observation
from fabula.environments.dialogue.actions import Cause, Consent, Falter, Vote
from fabula.environments.dialogue.objections import objections_in
from fabula.environments.dialogue.outlook import Outlook
from fabula.environments.dialogue.setting import OnFailure, Speaker
from fabula.environments.dialogue.verdicts import choice_in
from fabula.llm.values import Failure, FailureKind

NOBODY = "nobody"
"""Who decided, of a question that nobody answered."""

_CAUSES = {
    FailureKind.OVER_BUDGET: Cause.BUDGET,
    FailureKind.BREAKER_OPEN: Cause.BREAKER,
    FailureKind.TIMED_OUT: Cause.TIME,
    FailureKind.LIMITED: Cause.TIME,
}
_SAYS = {
    FailureKind.RATE_LIMITED: "was asked too often",
    FailureKind.OVERLOADED: "answered with an error of its own",
    FailureKind.UNREACHABLE: "could not be reached",
    FailureKind.CUT_OFF: "broke off in the middle of its answer",
    FailureKind.TIMED_OUT: "did not answer in time",
    FailureKind.GARBLED: "answered what is no answer",
    FailureKind.TOO_LARGE: "answered more than is read",
    FailureKind.REJECTED: "refused the question",
    FailureKind.NO_KEY: "cannot be asked without a key",
    FailureKind.BREAKER_OPEN: "failed too often of late and is left alone",
    FailureKind.LIMITED: "may be asked no more in the time there was",
    FailureKind.OVER_BUDGET: "may spend no more",
    FailureKind.NOT_INSTALLED: "cannot be asked: what speaks to it is not installed",
}


class SpeakerStandIn:
    """Stands in for a speaker: its rules speak, bid, lead and decide in its place, or it is recorded that nobody did,
    as `on_failure` says. A vote or a consent that its model gave in plain words is taken as it stands; where those are
    not plain, nobody votes against what was said.
    """

    repeatable = True

    def __init__(self, speaker: Speaker, rules: Mind, *, ends_on_budget: bool) -> None:
        """rules: a repeatable mind. ends_on_budget: whether the dialogue ends when the speaker may spend no more,
        whatever its `on_failure` says.
        """
        self.label = rules.label
        self._on_failure = speaker.on_failure
        self._rules = rules
        self._ends_on_budget = ends_on_budget

    async def decide(self, observation: Observation) -> Action | Decided:
        """What rules answer."""
        return await self._rules.decide(observation)

    async def stand_in(self, observation: Observation, failure: Exception) -> Action | Decided:
        """What is recorded for a question at which the speaker's own mind failed so."""
        if isinstance(failure, LeftToRules):
            return await self._rules.decide(observation)
        words, model = (failure.words, failure.model) if isinstance(failure, Unanswered) else ("", "")
        if (meant := _meant(observation, words)) is not None:
            return Decided(action=meant, by=model)
        cause = cause_of(failure)
        ends = cause is Cause.BUDGET and self._ends_on_budget
        if self._on_failure is OnFailure.SUBSTITUTE and not ends and not (words and _decides(observation)):
            return await self._rules.decide(observation)
        return Decided(action=Falter(cause=cause, why=in_words(failure)), by=NOBODY)


def _decides(observation: Observation) -> bool:
    return observation.accepts in (Vote, Consent)


def _meant(observation: Observation, words: str) -> Action | None:
    """The vote or consent that words plainly give. The words themselves are not passed on: nobody has looked whether
    they repeat what the model was told.
    """
    if not words or not _decides(observation):
        return None
    outlook: Outlook = observation.perceives
    if observation.accepts is Vote:
        choice = choice_in(words, outlook.options)
        return None if choice is None else Vote(choice=choice)
    numbers = objections_in(words, [proposal.number for proposal in outlook.proposals])
    return None if numbers is None else Consent(objects_to=numbers)


def cause_of(failure: Exception) -> Cause:
    """Why a mind could not answer: of several models the last one's reason, since it was the last hope."""
    if isinstance(failure, Unanswered) and failure.failures:
        return _CAUSES.get(failure.failures[-1].kind, Cause.FAILED)
    return Cause.TIME if isinstance(failure, TimeoutError) else Cause.FAILED


def in_words(failure: Exception) -> str:
    """Why, for the transcript: names of models, and nothing else of what the failure itself tells."""
    if isinstance(failure, Unanswered):
        told = dict.fromkeys(_told(each) for each in failure.failures)
        return ", and ".join(told) or "what its model answered could not be used"
    return "no answer came in time" if isinstance(failure, TimeoutError) else "whoever sat in its seat failed"


def _told(failure: Failure) -> str:
    return f"{_without_address(failure.model)} {_SAYS[failure.kind]}"


def _without_address(model: str) -> str:
    """`openai@http://127.0.0.1:1234/v1:mine` is `openai:mine`."""
    provider, parted, rest = model.partition("@")
    return f"{provider}:{rest.rpartition(':')[2]}" if parted else model
