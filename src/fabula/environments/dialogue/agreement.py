"""Agreement: whether somebody only agrees and adds nothing. English; in other languages nobody ever only agrees, and a
loop is found by its likeness.
"""

import re
from collections.abc import Collection, Sequence

from fabula.agents.memory.embedding import stems
from fabula.environments.dialogue.words import spaced, words_of

PHRASES = (
    "absolutely",
    "agreed",
    "all right",
    "alright",
    "amen",
    "amen to that",
    "as you say",
    "aye",
    "by all means",
    "certainly",
    "completely agree",
    "correct",
    "couldnt agree more",
    "definitely",
    "exactly",
    "fair enough",
    "fair point",
    "fine by me",
    "fully agree",
    "good point",
    "great point",
    "hear hear",
    "i agree",
    "i also agree",
    "i am of the same mind",
    "i am with you",
    "i completely agree",
    "i concur",
    "i couldnt agree more",
    "i feel the same",
    "i feel the same way",
    "i fully agree",
    "i have nothing to add",
    "i really agree",
    "i see it the same way",
    "i share that view",
    "i share your view",
    "i think so too",
    "i think the same",
    "i totally agree",
    "i wholeheartedly agree",
    "im of the same mind",
    "im with you",
    "indeed",
    "just so",
    "likewise",
    "me too",
    "mhm",
    "mm hm",
    "my thoughts exactly",
    "my view exactly",
    "no doubt",
    "no doubt about it",
    "no objection",
    "no objections",
    "nothing to add",
    "of course",
    "oh yes",
    "ok",
    "okay",
    "on that we agree",
    "perfectly true",
    "precisely",
    "quite",
    "quite right",
    "quite so",
    "right",
    "right you are",
    "same here",
    "so do i",
    "so it is",
    "sounds good",
    "sure",
    "sure enough",
    "that is correct",
    "that is exactly right",
    "that is it exactly",
    "that is right",
    "that is so",
    "that is true",
    "thats correct",
    "thats exactly it",
    "thats exactly right",
    "thats it exactly",
    "thats right",
    "thats so",
    "thats true",
    "there is nothing to add",
    "too true",
    "totally",
    "true",
    "true enough",
    "uh huh",
    "very true",
    "we agree",
    "we are agreed",
    "we are of one mind",
    "well put",
    "well said",
    "without a doubt",
    "without doubt",
    "yeah",
    "yep",
    "yes",
    "yes indeed",
    "you are absolutely right",
    "you are quite right",
    "you are right",
    "you have said it",
    "you re right",
    "youre absolutely right",
    "youre quite right",
    "youre right",
)
"""Ways to agree, as `words_of` gives them: without case and apostrophes."""

EMPTY = frozenset(
    "a about absolutely again agree all also am an and any are as at be been both by completely could deeply did do"
    " does each entirely every everything excellent exactly feel for friend from fully glad great had happy has have"
    " he heart her here him his how i idea if in insight insightful is it its just made make makes me mind my nothing"
    " of oh on one opinion our out perspective point points put quite really right said same say saying says see she"
    " simply so such that the their them then there these they thing things think this those thought thoughts"
    " thoughtful to too totally truly us very view views was way we were well what when which who whole wholeheartedly"
    " wholly will with wonderful word words would yes you your yours dear my lovely fine good nice perfectly perfect"
    " summed sum summary beautifully nicely eloquently thank thanks appreciate sentiment sentiments share"
    " shared".split()
)
"""Words that add nothing to what one agrees with."""

CONTRARY = frozenset(
    "but however though although yet except unless until not never no nor nobody none cannot cant dont doesnt didnt"
    " isnt arent wont wouldnt shouldnt couldnt disagree instead rather otherwise only still".split()
)
"""Words by which agreement goes on to something of its own."""

_AGREEING = re.compile(" (?:" + "|".join(sorted(PHRASES, key=lambda phrase: (-len(phrase), phrase))) + ")(?= )")
_CLAUSE_END = re.compile(r"[.!;,:…—–\n]+")
_TWICE = re.compile(r"\b(\w+), (?=\1\b)", re.IGNORECASE)
"""A word said twice, as in `hear, hear`."""
_LEADS = frozenset("ah oh well and so then hm hmm".split())
"""Words behind which a clause still opens with agreement."""


def only_agrees(text: str, before: Sequence[str], names: Sequence[str]) -> bool:
    """Whether a turn agrees, and neither asks, nor objects, nor brings a word that was not said before; or has no word
    in it at all. before: what was said. names: of those who speak, which are nothing new.
    """
    people = {word for name in names for word in words_of(name)}
    left: list[str] = []
    agreed = False
    for clause in _CLAUSE_END.split(_TWICE.sub(r"\1 ", text)):
        rest = _behind_agreement(spaced(clause), people)
        agreed = agreed or rest is not None
        left += (rest if rest is not None else spaced(clause)).split()
    if not agreed or "?" in text:
        return not agreed and not left
    if any(word in CONTRARY for word in left):
        return False
    new = stems(" ".join(word for word in left if word not in EMPTY | people))
    for earlier in before:
        if not new:
            break
        new -= stems(earlier)
    return not new


def _behind_agreement(clause: str, people: Collection[str]) -> str | None:
    """What follows the agreement that a clause opens with; None if it opens with none."""
    agreed = False
    while clause.strip():
        found = _AGREEING.match(clause)
        first, _, rest = clause.strip().partition(" ")
        if found is not None:
            agreed, clause = True, clause[found.end() :]
        elif first in _LEADS or first in people:
            clause = f" {rest} "
        else:
            break
    return clause if agreed else None
