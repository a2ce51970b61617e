"""A golden dialogue: a short one whose every event is written down, so that no rule changes unnoticed.

When a rule is changed on purpose: give `Dialogue.rules` a new version, say so in CHANGELOG.md, and write down what
happens now.
"""

from tests.environments.dialogue.tables import Table, a_setting, in_turn, says

from fabula.engine.values import Event
from fabula.environments.dialogue import Ends
from fabula.environments.dialogue.actions import Pass, Say
from fabula.environments.dialogue.events import Passed, Said, Settled, Voted
from fabula.environments.dialogue.setting import Decision, Policy

HAPPENED = """\
Cara: Good evening. The gate sticks.
Ada -
Ben -> Cara: It always has, Cara.
Cara -> Ada: Ada, what would you do?
Ada: Sell what, exactly?
Ben: I would sell it.
Cara votes for against
Ada votes for against
Ben votes for for
vote: against\
"""
DIGEST = "dabc3497fcb0d95da1e70b3a0e6806088e9b44ec8eec2cf9122748ec43c50543"


def line(event: Event) -> str:
    match event:
        case Said(speaker=speaker, text=text, to=to):
            return f"{speaker}{f' -> {to}' if to else ''}: {text}"
        case Passed(speaker=speaker):
            return f"{speaker} -"
        case Voted(speaker=speaker, choice=choice):
            return f"{speaker} votes for {choice or '(none)'}"
        case Settled(how=how, result=result):
            return f"{how}: {result or '(nothing)'}"
        case _:
            return ""


def test_the_golden_dialogue_happens_again() -> None:
    minds = {
        "Ada": in_turn(Pass(), Say(text="Ada: Sell what, exactly?\nBen: The gate.")),
        "Ben": says("It always has, Cara.", "I would sell it."),
        "Cara": says("Ada, what would you do?"),
    }
    setting = a_setting(
        "Cara",
        "Ada",
        "Ben",
        policy=Policy.FREE,
        first="Cara",
        greeting="Good evening. The gate sticks.",
        decision=Decision.VOTE,
        ends=Ends(turns=6),
    )
    table = Table(setting, minds).play()
    happened = [told for event in table.events if (told := line(event))]
    assert "\n".join(happened) == HAPPENED
    assert table.digest == DIGEST
