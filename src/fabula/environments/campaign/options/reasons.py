"""Reasons: what speaks for a deed, in words that name whom and what it is about."""

REASONS: dict[str, tuple[str, ...]] = {
    # {0} is the clock; {1}, where it stands, the place.
    "stake_fill": (
        "{0} will not come about by itself",
        "{0} must have hands, and have them now",
        "this may bring {0} nearer",
        "somebody has to do the work if there is to be {0}",
    ),
    "stake_stem": (
        "{0} must be held back",
        "left alone, {0} can only grow",
        "somebody has to stand against {0}",
        "there is still time to slow {0}",
    ),
    "go_fill": (
        "{0} can be brought nearer at {1}",
        "for the sake of {0} somebody has to be at {1}",
        "{0} will be decided at {1}",
    ),
    "go_stem": (
        "{0} can still be slowed at {1}",
        "{0} must be met at {1}",
        "every hour away from {1} helps {0} along",
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
        "while {0} has the run of {1} there will be no peace",
    ),
    "go_company": ("{0} was last seen at {1}, and it is too quiet here", "there are people at {1}, {0} among them"),
    # {0} is an object, {1} a place.
    "go_get": ("{0} should still be found at {1}", "{0} will not stay at {1} for ever"),
    "go_use": ("{0} can do some good at {1} and nowhere else", "{0} ought to be at {1}"),
    # {0} is an aim in words: `to …`.
    "go_reach": ("the wish is {0}", "there has long been a reason to go: {0}"),
    # {0} is a place; {1} another one.
    "go_hold": ("{0} must not be left to itself", "whoever means to keep {0} has to be there"),
    "go_safe": ("{0} ought to be safer than {1}", "nobody heals at {1}; at {0} one might"),
    "go_new": (
        "anybody can guess what {0} may hide",
        "nobody has looked closely at {0} yet",
        "there may be more to {0} than people say",
    ),
    "go_on": (
        "there is nothing more to be done at {1}",
        "any road will do, and this one leads to {0}",
        "something may be moving at {0}",
    ),
    # {0} is a threat, {1} the place.
    "go_flee": ("with {0} there, staying at {1} means being next", "nobody has to wait at {1} for {0}"),
    # {0} is a secret, {1} a person, {2} a place.
    "go_tell": (
        "{1} at {2} ought to hear about {0}",
        "what is known about {0} is worth more in the ears of {1} at {2}",
    ),
    # {0} is a person; {1} a place.
    "go_urged": ("{0} asked, and meant it: {1}", "{0} made a good case for {1}"),
    # {0} is a secret, {1} the place.
    "search_secret": ("the truth about {0} may be under the dust of {1}", "{1} may say more about {0} than people do"),
    "search_new": ("{0} may still be hiding something", "nobody has asked {0} any questions yet"),
    "search_again": ("one look at {0} is never enough", "something about {0} will not add up"),
    # {0} is a person.
    "search_person": ("{0} carries something under that coat", "{0} stands like somebody with full pockets"),
    # {0} is the listener, {1} a secret.
    "tell_ally": ("{0} should know about {1}", "it is easier to stand beside {0} when both know about {1}"),
    "tell_own": ("{0} has a stake in {1}", "nobody has more right to hear about {1} than {0}"),
    "tell_out": (
        "once people know about {1}, things will move",
        "{0} will never be quiet about {1}, and that is the point",
    ),
    "tell_rival": ("{0} would pay dearly for the truth about {1}", "a word to {0} about {1} does more than a blow"),
    "mislead": (
        "{0} is better off believing something else about {1}",
        "let {0} have a story about {1}, if not the true one",
    ),
    "ask_secret": ("{0} may know something about {1}", "{0} has been close enough to {1} to know"),
    # {0} is a person; {1} another one, or what is talked of.
    "ask_person": ("{0} may have seen {1}", "if anyone knows where {1} is, it is {0}"),
    "chat": ("{0} may have news of {1}", "two heads see further into {1}, and one of them is {0}'s"),
    "reconcile": ("a quarrel with {0} helps nobody", "{0} and cold silence are a luxury just now"),
    "persuade_aim": ("the aim is {1}, and {0} is the way to it", "{0} is not out of reach: the aim is {1}"),
    "persuade_help": (
        "{0} would be of use when it comes to {1}",
        "with {0} on the right side there may be an answer to {1}",
    ),
    # {0} is a person, {1} an object.
    "persuade_thing": ("{0} has {1} and might part with it", "{0} can have little good of {1}"),
    "persuade_friend": ("{0} could yet be a friend", "{0} listens, which is more than others do"),
    "threaten_thing": (
        "{0} has {1}, and kindness will not loosen that grip",
        "{1} must change hands, and {0} will not offer",
    ),
    "threaten_foe": ("{0} understands nothing gentler", "{0} has to learn where to stop"),
    # {0} is a person, {1} an aim in words: `to …`.
    "attack_aim": ("{0} has it coming: the aim is {1}", "there will be no better hour to deal with {0}"),
    "attack_foe": (
        "{0} will strike first if nobody else does",
        "there is too much between them, and {0} put it there",
    ),
    # {0} is a threat, {1} the place.
    "attack_threat": (
        "{0} must be driven from {1}",
        "{1} will not be held while {0} can still come on",
        "{0} will not leave without being made to",
    ),
    # {0} is a person.
    "aid_wounds": ("{0} is hurt", "{0} will not last like that", "blood is running that {0} cannot spare"),
    "aid_self": ("a wound left open is a second enemy", "nobody else is going to bind this"),
    "aid_deed": ("{0} should not have to do it alone", "two pairs of hands are better, and {0} has one"),
    "defend_person": (
        "somebody has to stand before {0}",
        "whatever comes for {0} should find somebody in the way",
    ),
    # {0} is the place, {1} a threat.
    "defend_place": (
        "{0} will not hold without hands",
        "somebody must stand at {0}",
        "losing {0} would mean losing more",
    ),
    "defend_threat": ("{1} may come through at {0} any moment", "with {1} so near, {0} wants a wall of people"),
    # {0} is an object.
    "take": ("anyone could pick up {0} there", "better {0} in known hands than in others"),
    "take_wanted": ("all this was for {0}", "one more step, and {0} will be in the right hands"),
    # {0} is a person, {1} an object.
    "take_from": ("{0} carries {1}, and somebody else could use that", "nothing keeps {1} safe but {0}'s pocket"),
    # {0} is an object, {1} a person.
    "give_friend": ("{1} can do more with {0}", "{1} should be the one to carry {0}"),
    "give_win": ("{0} might say to {1} what words do not", "a gift opens doors, and {1} has shut some"),
    "use": ("this is the place for {0}, and the hour", "nobody gains by saving {0} any longer"),
    "use_heal": ("{1} needs what {0} can do", "wounds are what one carries {0} for, and {1} has some"),
    "rest": (
        "strength has to come from somewhere",
        "a body that shakes is no help to anyone",
        "the wounds want an hour",
    ),
    "wait": ("it may be wiser to watch", "the next move is somebody else's", "not every hour asks for a deed"),
    # {0} is a place.
    "sneak": ("one should come to {0} unseen", "at {0} it pays not to be announced"),
}
"""Occasion -> ways to say it, fit to follow `because`. Names of objects and threats may be plural, so no verb agrees
with them; nobody is called by a pronoun.
"""


def reason(because: tuple[str, ...], salt: int) -> str:
    """One of the ways to say it. because: the occasion and its words; the same salt gives the same way."""
    ways = REASONS[because[0]]
    return ways[salt % len(ways)].format(*because[1:])
