"""Reasons: what speaks for a deed, in words that name whom and what it is about."""

REASONS: dict[str, tuple[str, ...]] = {
    # {0} is the clock; {1}, where it stands, the place.
    "stake_fill": (
        "{0} will not come about by itself",
        "{0} needs hands, and needs them now",
        "this is how {0} comes nearer",
        "somebody has to do the work if there is to be {0}",
    ),
    "stake_stem": (
        "{0} must be held back",
        "left alone, {0} only grows",
        "somebody has to stand against {0}",
        "there is still time to slow {0}",
    ),
    "go_fill": (
        "{0} can be brought nearer at {1}",
        "what {0} wants is done at {1}",
        "{1} is where {0} is decided",
    ),
    "go_stem": (
        "{0} can still be slowed at {1}",
        "{1} is where {0} must be met",
        "every hour away from {1} is a gift to {0}",
    ),
    # {0} is a secret, as it follows `about`; {1} a place.
    "go_find": (
        "nobody has looked at {1} for the truth about {0}",
        "{1} may hold something about {0}",
        "the trail of {0} could start at {1}",
    ),
    # {0} is a person, {1} the place.
    "go_protect": (
        "{0} is at {1}, alone as like as not",
        "{0} should not be left without a friend at {1}",
        "whatever comes to {1} will come to {0} first",
    ),
    "go_ruin": ("{0} was last seen at {1}, and there is a score to settle", "{0} has had peace at {1} for long enough"),
    "go_win": ("{0} is at {1} and worth winning", "a word with {0} at {1} could change much"),
    "go_dear": ("{0} is at {1}, and has not been seen for too long", "there is one welcome at {1}, and it is from {0}"),
    "go_quarrel": (
        "{0} is at {1}, and there are things to be said",
        "as long as {0} has the run of {1} there will be no peace",
    ),
    "go_company": ("{0} was last seen at {1}, and it is too quiet here", "there are people at {1}, {0} among them"),
    # {0} is an object, {1} a place.
    "go_get": ("{0} was last seen at {1}", "{0} will not stay at {1} for ever"),
    "go_use": ("{0} is of use at {1} and nowhere else", "{0} belongs at {1}"),
    # {0} is an aim in words: `to …`.
    "go_reach": ("the wish is {0}", "there has long been a reason to go: {0}"),
    # {0} is a place, {1} another.
    "go_hold": ("{0} must not be left to itself", "whoever means to keep {0} has to be there"),
    "go_safe": ("{0} is safer than {1}", "nobody heals at {1}; at {0} one might"),
    "go_flee": ("staying at {1} means being next", "{1} is no place to die when there is {0}"),
    "go_new": (
        "what {0} hides is anybody's guess",
        "{0} has not been looked at closely yet",
        "there may be more to {0} than is said",
    ),
    # {0} is a secret, {1} a person, {2} a place.
    "go_tell": (
        "{1} at {2} ought to hear about {0}",
        "what is known about {0} is worth more in the ears of {1} at {2}",
    ),
    "go_urged": ("{0} asked, and meant it: {1}", "{0} made a good case for {1}"),
    "go_on": (
        "there is nothing more to be done at {1}",
        "{0} is as good a road as any",
        "something may be moving at {0}",
    ),
    "search_secret": ("the truth about {0} may be under the dust of {1}", "{1} may say more about {0} than people do"),
    "search_new": ("{0} has not given up what it hides", "nobody has asked {0} any questions yet"),
    "search_again": ("one look at {0} is never enough", "something at {0} does not add up"),
    "search_person": ("{0} carries something under that coat", "{0} stands like somebody with full pockets"),
    "tell_ally": ("{0} should know about {1}", "it is easier to stand beside {0} when both know about {1}"),
    "tell_own": ("{1} is {0}'s own affair", "nobody has more right to hear about {1} than {0}"),
    "tell_out": ("once {1} is out, things will move", "{0} will not keep {1} quiet, and that is the point"),
    "tell_rival": ("{0} would pay dearly for the truth about {1}", "a word to {0} about {1} does more than a blow"),
    "mislead": (
        "{0} is better off believing something else about {1}",
        "let {0} have a story about {1}, if not the true one",
    ),
    "ask_secret": ("{0} may know something about {1}", "{0} has been close enough to {1} to know"),
    "ask_person": ("{0} may have seen {1}", "if anyone knows where {1} is, it is {0}"),
    "chat": ("{0} may have news of {1}", "two heads see further into {1}, and one of them is {0}'s"),
    "reconcile": ("a quarrel with {0} helps nobody", "{0} and cold silence are a luxury just now"),
    "persuade_aim": ("the aim is {1}, and {0} is the way to it", "{0} is not out of reach: the aim is {1}"),
    "persuade_help": ("{0} would be of use against {1}", "with {0} on the right side {1} looks different"),
    "persuade_thing": ("{0} has {1} and might part with it", "{1} does {0} little good"),
    "persuade_friend": ("{0} could yet be a friend", "{0} listens, which is more than others do"),
    "threaten_thing": (
        "{0} has {1} and will not give it up for kindness",
        "{1} is in the wrong hands, and they are {0}'s",
    ),
    "threaten_foe": ("{0} understands nothing gentler", "{0} has to learn where to stop"),
    "attack_aim": ("{0} has it coming: the aim is {1}", "there will be no better hour to deal with {0}"),
    "attack_foe": ("{0} will strike first if nobody else does", "there is too much between them, and {0} put it there"),
    "attack_threat": (
        "{0} must be driven from {1}",
        "as long as {0} stands, {1} is not held",
        "{0} will not leave by itself",
    ),
    "aid_wounds": ("{0} is hurt", "{0} will not last like that", "blood is running that {0} cannot spare"),
    "aid_self": ("a wound left open is a second enemy",),
    "aid_deed": ("{0} should not have to do it alone", "two pairs of hands are better, and {0} has one"),
    "defend_place": ("{0} will not hold without hands", "somebody must stand at {0}", "if {0} goes, more goes with it"),
    "defend_threat": ("{1} stands at {0}", "with {1} so near, {0} needs a wall of people"),
    "defend_person": ("somebody has to stand before {0}", "whatever comes for {0} should find somebody in the way"),
    "take": ("{0} is lying there for anyone", "better {0} in known hands than in others"),
    "take_wanted": ("{0} is what all this was for", "{0} is within reach at last"),
    "take_from": ("{0} carries {1}, and it is wanted", "{1} is only as safe as {0}'s pocket"),
    "give_friend": ("{1} can do more with {0}", "{0} is better off with {1}"),
    "give_win": ("{0} might say to {1} what words do not", "a gift opens doors, and {1} has shut some"),
    "use": ("{0} was made for this place and this hour", "there is no use in saving {0} any longer"),
    "use_heal": ("{1} needs what {0} can do", "{0} is for wounds, and {1} has some"),
    "rest": (
        "strength has to come from somewhere",
        "a body that shakes is no help to anyone",
        "the wounds want an hour",
    ),
    "wait": ("it may be wiser to watch", "the next move is somebody else's", "not every hour asks for a deed"),
    "sneak": ("{0} is better entered unseen", "at {0} it pays not to be announced"),
}
"""Occasion -> ways to say it; fit to follow `because`."""


def reason(occasion: str, words: tuple[str, ...], salt: int) -> str:
    """One of the ways to say it; the same salt gives the same one."""
    ways = REASONS[occasion]
    return ways[salt % len(ways)].format(*words)
