"""Deeds in a few neutral words, as they follow `had` and `would`: what every voice recalls and foretells in its own
way.
"""

DEEDS = {
    "strike.kill": ("killed {B} at {place}", "kill {B} at {place}"),
    "strike.fell": ("brought {B} down at {place}", "bring {B} down at {place}"),
    "strike.hit": ("wounded {B} at {place}", "wound {B} at {place}"),
    "strike.glance": ("struck at {B} at {place}", "strike at {B} at {place}"),
    "strike.miss": ("gone for {B} at {place}, and missed", "go for {B} at {place}"),
    "fight.beaten": ("made an end of {B} at {place}", "make an end of {B} at {place}"),
    "fight.hit": ("hurt {B} at {place}", "stand up to {B} at {place}"),
    "fight.glance": ("stood up to {B} at {place}", "stand up to {B} at {place}"),
    "fight.miss": ("gone out against {B} at {place}, in vain", "go out against {B} at {place}"),
    "maul.kill": ("killed {B} at {place}", "kill {B} at {place}"),
    "maul.fell": ("brought {B} down at {place}", "bring {B} down at {place}"),
    "maul.hit": ("wounded {B} at {place}", "wound {B} at {place}"),
    "threaten.yes": ("made {B} give way at {place}", "make {B} give way at {place}"),
    "threaten.no": ("threatened {B} at {place}", "threaten {B} at {place}"),
    "steal.yes": ("taken {thing} from {B}", "take {thing} from {B}"),
    "steal.no": ("tried to take {thing} from {B}", "try to take {thing} from {B}"),
    "aid.heal": ("tended {Bs} wounds at {place}", "tend {Bs} wounds at {place}"),
    "aid.help": ("lent {B} a hand at {place}", "lend {B} a hand at {place}"),
    "give": ("put {thing} into {Bs} hands", "put {thing} into {Bs} hands"),
    "shield.yes": ("stood in front of {B} at {place}", "stand in front of {B} at {place}"),
    "shield.no": ("tried to stand in front of {B} at {place}", "try to stand in front of {B} at {place}"),
    "talk.told": ("told {B} about {thing}", "tell {B} about {thing}"),
    "talk.twisted": ("passed on to {B} what was said of {thing}", "pass on to {B} what is said of {thing}"),
    "persuade.yes": ("won {B} over at {place}", "win {B} over at {place}"),
    "persuade.no": ("failed to win {B} over at {place}", "fail to win {B} over at {place}"),
    "search.secret": ("found out about {thing} at {place}", "find out about {thing} at {place}"),
    "search.object": ("found {thing} at {place}", "find {thing} at {place}"),
    "search.person": ("found {B} at {place}", "find {B} at {place}"),
    "search.way": ("found the way to {thing}", "find the way to {thing}"),
    "take.yes": ("picked up {thing} at {place}", "pick up {thing} at {place}"),
    "use": ("made use of {thing} at {place}", "make use of {thing} at {place}"),
    "defend.yes": ("held {place}", "hold {place}"),
    "defend.no": ("failed to hold {place}", "fail to hold {place}"),
}
"""Key of a beat -> the deed as it follows `had`, and as it follows `would`, with places for whom, whose, where and
what.
"""
