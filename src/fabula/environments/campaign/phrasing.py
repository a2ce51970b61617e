"""Phrasing: an action as a person would be offered it, in a few words: `Talk to Edda about the lantern codes`."""

from typing import assert_never

from fabula.environments.campaign.actions import (
    Aid,
    Attack,
    Attempt,
    CharacterAction,
    Defend,
    Give,
    Investigate,
    Move,
    Persuade,
    Rest,
    Sneak,
    Take,
    Talk,
    Threaten,
    Use,
    Wait,
)


def in_words(action: CharacterAction) -> str:  # noqa: PLR0911, PLR0912 - one line a kind of deed
    """The action as an offer. Names stand as they are; whoever shows it makes them harmless."""
    match action:
        case Move(to=to):
            return f"Go to {to}"
        case Sneak(to=to):
            return f"Slip unseen to {to}"
        case Investigate(what=what):
            return f"Look closely at {what}" if what else "Look around closely"
        case Talk(to=to, about=about, aloud=aloud):
            return f"{'Speak up to' if aloud else 'Talk to'} {to}" + (f" about {about}" if about else "")
        case Persuade(whom=whom, to_what=to_what):
            return f"Win {whom} over" + (f" in the matter of {to_what}" if to_what else "")
        case Threaten(whom=whom, demand=demand):
            return f"Threaten {whom}" + (f" over {demand}" if demand else "")
        case Aid(whom=whom):
            return f"Help {whom}"
        case Attack(target=target):
            return f"Attack {target}"
        case Defend(what=what):
            return f"Stand guard over {what}" if what else "Stand guard here"
        case Take(object=thing, from_whom=holder):
            return f"Take {thing}" + (f" from {holder}" if holder else "")
        case Give(object=thing, to=to):
            return f"Give {thing} to {to}"
        case Use(object=thing, on=on):
            return f"Use {thing}" + (f" on {on}" if on else "")
        case Rest():
            return "Rest"
        case Wait():
            return "Wait and watch"
        case Attempt(text=text):
            return text
    assert_never(action)
