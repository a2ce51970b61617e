"""Phrases: how a memory is coloured by who did what to whom, and by what drives the one who remembers.

In them stand `{doer}`, `{to}`, `{me}` (who remembers), `{side}` (the doer's), `{deed}` (what was done, after `to`) and
`{body}` (the plain sentence without its end). A phrase judges; it says of nothing that it happened.
"""

from collections.abc import Mapping, Sequence

from fabula.agents.drives import Drive
from fabula.agents.memory.regard import Regard

Phrases = Mapping[tuple[Regard, Regard | None], Sequence[str]]
"""(How one looks at the doer, how at whom it was done to; None: anybody) -> ways to put it."""

_SELF, _DEAR, _OURS, _STRANGER, _THEIRS, _FOE = (
    Regard.SELF,
    Regard.DEAR,
    Regard.OURS,
    Regard.STRANGER,
    Regard.THEIRS,
    Regard.FOE,
)

HARM: Phrases = {
    (_SELF, _DEAR): ("{body}; it was hard to do", "{body}; it is not a thing {me} is proud of"),
    (_SELF, _FOE): ("{me} was right to {deed}", "{me} had every reason to {deed}"),
    (_SELF, None): ("{me} had no choice but to {deed}", "{me} was driven to {deed}"),
    (_DEAR, _SELF): ("It was {doer}, of all people, who chose to {deed}", "Of all people, {doer} saw fit to {deed}"),
    (_DEAR, _DEAR): ("{body}; {me} cannot take sides between the two", "{body}, and nobody grieves more than {me}"),
    (_DEAR, _FOE): ("{doer} was right to {deed}", "{doer} did well to {deed}", "It was high time for {doer} to {deed}"),
    (_DEAR, None): (
        "{doer} had no choice but to {deed}",
        "{doer} must have been driven to {deed}",
        "{body}, surely not without cause",
    ),
    (_OURS, _SELF): ("{doer}, one of {me}'s own side, saw fit to {deed}",),
    (_OURS, _DEAR): ("{body}; one's own people should know better",),
    (_OURS, None): ("{body}, no doubt with reason", "{body}; one stands by one's own"),
    (_STRANGER, _SELF): ("{body}, for no reason that {me} can see", "{doer} chose to {deed}; {me} will remember it"),
    (_STRANGER, _DEAR): ("{doer} dared to {deed}", "{body}; whoever touches {to} touches {me}"),
    (_STRANGER, _OURS): ("{body}; {to} is one of {me}'s own side", "{doer} made bold to {deed}"),
    (_STRANGER, _FOE): ("{body}; {to} had it coming", "{body}; {me} has no tears for {to}"),
    (_THEIRS, _FOE): ("{body}; let them have each other",),
    (_THEIRS, _SELF): ("{doer} dared to {deed}; such is {side}", "{body}; that is {side} all over"),
    (_THEIRS, None): ("{doer} saw fit to {deed}; such is {side}", "{body}; what else is to be expected of {side}"),
    (_FOE, _SELF): ("{doer} dared to {deed}; {me} will not forget it", "Without cause, {doer} chose to {deed}"),
    (_FOE, _DEAR): ("{doer} dared to {deed}; {me} will not forgive it", "Out of sheer spite, {doer} chose to {deed}"),
    (_FOE, _FOE): ("{body}; let them have each other", "{body}; neither of the two is to be pitied"),
    (_FOE, None): (
        "Without cause, {doer} chose to {deed}",
        "{doer} did not scruple to {deed}",
        "True to form, {doer} chose to {deed}",
    ),
}

KIND: Phrases = {
    (_SELF, _DEAR): ("{me} was glad to {deed}",),
    (_SELF, _FOE): ("{body}, for what good it will do",),
    (_DEAR, _SELF): ("{body}; {doer} can be relied on", "{doer} had the goodness to {deed}; {me} will not forget it"),
    (_DEAR, _FOE): ("{doer} was too quick to {deed}", "{doer} was kind enough to {deed}; {to} hardly deserves it"),
    (_DEAR, None): ("{doer} had the goodness to {deed}", "{body}; that is {doer} all over"),
    (_OURS, _SELF): ("{body}, as one of {me}'s own side should", "{body}; one's own can be relied on"),
    (_OURS, _FOE): ("{body}; kindness is wasted on {to}",),
    (_STRANGER, _SELF): ("{doer} had the kindness to {deed}", "{body}; {me} owes {doer} for that"),
    (_STRANGER, _DEAR): ("{body}; that speaks for {doer}",),
    (_STRANGER, _OURS): ("{body}; that speaks for {doer}",),
    (_STRANGER, _FOE): ("{body}; {doer} keeps poor company",),
    (_THEIRS, _SELF): ("{body}; {side} will want something for it", "{body}; from {side} one takes that with care"),
    (_THEIRS, _OURS): ("{body}; what {side} wants with that remains to be seen",),
    (_THEIRS, _DEAR): ("{body}; what {side} wants with that remains to be seen",),
    (_FOE, _SELF): ("{body}; {me} wonders what it will cost", "{doer} found it useful to {deed}"),
    (_FOE, _DEAR): ("{body}; {me} does not like to see it", "{body}; what {doer} wants with {to} remains to be seen"),
    (_FOE, _FOE): ("{body}; the two deserve each other",),
    (_FOE, None): ("{body}, no doubt for a price", "{body}, surely not out of kindness"),
}

WORDS: Phrases = {
    (_DEAR, _SELF): ("{body}; {me} likes to listen to {doer}", "{body}"),
    (_FOE, _SELF): ("{body}; {me} gives little for such words", "{body}; {me} trusts none of it"),
    (_FOE, None): ("{body}; {me} likes none of it", "{body}; nothing good comes of it"),
    (_THEIRS, _SELF): ("{body}; one of {side} speaks for {side}", "{body}"),
}

DEEDS: Phrases = {
    (_FOE, None): ("{body}; {doer} bears watching", "{body}; {me} would like to know why"),
}

BEFELL: Mapping[Regard, Sequence[str]] = {
    Regard.SELF: ("{body}; {me} will not forget it soon",),
    Regard.DEAR: ("{body}; {me} was afraid for {to}",),
    Regard.FOE: ("{body}; {me} can live with that",),
}
"""What happened to somebody by nobody's hand, by how one looks at them."""

HEARD: Mapping[Regard, Sequence[str]] = {
    Regard.DEAR: ("{me} takes {doer}'s word for it.", "{doer} would not lie to {me}."),
    Regard.OURS: ("One of {me}'s own side should know.",),
    Regard.THEIRS: ("It may suit {side} to have that believed.",),
    Regard.FOE: ("From {doer} it may well be a lie.", "{doer} must want that to be believed."),
}
"""What one makes of something that somebody said to be so, by how one looks at them."""

Asides = Mapping[Drive, Sequence[str]]
"""Drive -> what it adds in somebody in whom it is strong; sentences."""

HARM_SUFFERED: Asides = {
    Drive.AGGRESSION: ("It calls for an answer.",),
    Drive.CUNNING: ("There will be a better hour to answer it.",),
    Drive.SELF_PRESERVATION: ("The next time may be worse.",),
    Drive.COMPASSION: ("There is too much of this.",),
    Drive.DUTY: ("It changes nothing of what has to be done.",),
}
HARM_WITNESSED: Asides = {
    Drive.COMPASSION: ("It was hard to watch.",),
    Drive.AGGRESSION: ("Blows at least are honest.",),
    Drive.SELF_PRESERVATION: ("It is wise to stand well away from such things.",),
    Drive.CUNNING: ("It is worth knowing who strikes whom.",),
    Drive.DUTY: ("There has to be order.",),
}
KINDNESS_MET: Asides = {
    Drive.AFFECTION: ("It warms the heart.",),
    Drive.CUNNING: ("Nobody gives for nothing.",),
    Drive.GREED: ("There may be more where that came from.",),
    Drive.LOYALTY: ("Such things are repaid.",),
}
KINDNESS_WITNESSED: Asides = {
    Drive.COMPASSION: ("There should be more of it.",),
    Drive.CUNNING: ("Kindness buys friends.",),
}
LEARNING: Asides = {
    Drive.CURIOSITY: ("There must be more to know.", "One thing leads to another."),
    Drive.CUNNING: ("Such knowledge has its price.", "That can be put to use."),
    Drive.DUTY: ("Somebody will have to answer for it.", "It cannot be left at that."),
    Drive.SELF_PRESERVATION: ("It is not safe to know such things.",),
}
