"""The campaign: persona agents live through a setting, turn by turn, under a director.

A `Setting` (places, factions, characters, objects, secrets, clocks, threats, complications, outcomes) is all a
campaign starts from; `Campaign(setting)` is the environment the engine runs. A turn is four steps (`Phase`):
*perceive*, in which nobody is asked; *decide*, in which all active agents are asked at once; *adjudicate* and
*consequences*, in which the seat `DIRECTOR` is asked.

Two realities are kept apart: what is so (`CampaignState`), and what each agent takes to be so - where it last saw
whom, and what it believes about each secret, from whom and how surely. An agent is asked with an `Outlook`, its
side of the truth and nothing else, and with options that it may choose from or ignore. The director is shown
everything (`Docket`) and decides little: how hard deeds are, how free text is read, when something goes wrong.
Dice, state and outcomes stay with the rules.

Where things are: `setting`, `actions` and `events` are the values that others read; `state` is what changes; `turn`
plays the phases; `deeds/` is what comes of each kind of action; `consequences`, `threats`, `clocks`, `effects` and
`outcomes` are the end of a turn; `hearsay` and `beliefs` are how secrets travel; `options/` is what an agent may
think of doing; `director` and `tension` lead the story.

Packs (`pack/`) are read into a `Setting` by `load_setting`, which fabula.packs finds the files for.

It may use the rooms `fabula.engine` and `fabula.agents`, and `fabula.errors`.
"""

from fabula.environments.campaign.actions import (
    Adjudicate,
    Aid,
    AnyAction,
    Attack,
    Attempt,
    CharacterAction,
    Defend,
    Direct,
    Give,
    Investigate,
    Move,
    Persuade,
    Record,
    Register,
    Remove,
    Rest,
    Sneak,
    Take,
    Talk,
    Threaten,
    Use,
    Wait,
)
from fabula.environments.campaign.campaign import Campaign
from fabula.environments.campaign.commands import CampaignCommand, as_plain_character
from fabula.environments.campaign.director import DIRECTOR, DirectorRules, Docket
from fabula.environments.campaign.events import (
    AnyEvent,
    Attacked,
    Beaten,
    CampaignEnded,
    CampaignOpened,
    ClockMoved,
    Complicated,
    Fell,
    Refused,
    ThreatArrived,
    ThreatMoved,
    TurnBegan,
    TurnEnded,
    Wounded,
)
from fabula.environments.campaign.outlook import Outlook
from fabula.environments.campaign.pack import add_cast, load_setting
from fabula.environments.campaign.setting import Character, Setting
from fabula.environments.campaign.state import CampaignState, Phase

__all__ = [
    "DIRECTOR",
    "Adjudicate",
    "Aid",
    "AnyAction",
    "AnyEvent",
    "Attack",
    "Attacked",
    "Attempt",
    "Beaten",
    "Campaign",
    "CampaignCommand",
    "CampaignEnded",
    "CampaignOpened",
    "CampaignState",
    "Character",
    "CharacterAction",
    "ClockMoved",
    "Complicated",
    "Defend",
    "Direct",
    "DirectorRules",
    "Docket",
    "Fell",
    "Give",
    "Investigate",
    "Move",
    "Outlook",
    "Persuade",
    "Phase",
    "Record",
    "Refused",
    "Register",
    "Remove",
    "Rest",
    "Setting",
    "Sneak",
    "Take",
    "Talk",
    "ThreatArrived",
    "ThreatMoved",
    "Threaten",
    "TurnBegan",
    "TurnEnded",
    "Use",
    "Wait",
    "Wounded",
    "add_cast",
    "as_plain_character",
    "load_setting",
]
