"""The grounds of argument: what can be said for and against nearly anything, and by what words one knows which it is."""

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b

from fabula.agents.drives import NEUTRAL, Drive
from fabula.environments.dialogue.rhetoric.english import words_in


class Ground(StrEnum):
    """On what an argument stands."""

    COST = "cost"
    RISK = "risk"
    HABIT = "habit"
    FAIRNESS = "fairness"
    ABSENT = "absent"
    """Those who are not in the room."""
    TIME = "time"
    USE = "use"
    BEAUTY = "beauty"
    CHILDREN = "children"
    PRECEDENT = "precedent"
    PROOF = "proof"
    TRUST = "trust"


NEAR: Mapping[Ground, Mapping[Drive, float]] = {
    Ground.COST: {Drive.GREED: 0.8, Drive.CUNNING: 0.4, Drive.DUTY: 0.2},
    Ground.RISK: {Drive.SELF_PRESERVATION: 1.0, Drive.AGGRESSION: -0.4},
    Ground.HABIT: {Drive.LOYALTY: 0.7, Drive.DUTY: 0.2, Drive.CURIOSITY: -0.4},
    Ground.FAIRNESS: {Drive.COMPASSION: 0.5, Drive.DUTY: 0.5},
    Ground.ABSENT: {Drive.COMPASSION: 0.8, Drive.AFFECTION: 0.2},
    Ground.TIME: {Drive.SELF_PRESERVATION: 0.3, Drive.AMBITION: -0.4, Drive.CUNNING: 0.3},
    Ground.USE: {Drive.GREED: 0.4, Drive.DUTY: 0.3, Drive.CURIOSITY: -0.2},
    Ground.BEAUTY: {Drive.AFFECTION: 0.4, Drive.CURIOSITY: 0.3, Drive.GREED: -0.3},
    Ground.CHILDREN: {Drive.AFFECTION: 0.8, Drive.COMPASSION: 0.2},
    Ground.PRECEDENT: {Drive.DUTY: 0.5, Drive.CUNNING: 0.4},
    Ground.PROOF: {Drive.CURIOSITY: 0.8, Drive.CUNNING: 0.3, Drive.LOYALTY: -0.2},
    Ground.TRUST: {Drive.LOYALTY: 0.4, Drive.CUNNING: 0.4, Drive.AGGRESSION: 0.2},
}
"""Which drives make somebody care for a ground."""

_WORDS: Mapping[Ground, str] = {
    Ground.COST: "afford bill bills budget cheap cheaper coin coins cost costs debt debts dear expensive fee money owe owed owes paid"
    " pay paying pays penny price prices purse rent sell silver sold spend tax taxes wage wages worth",
    Ground.RISK: "afraid catastrophe danger dangerous dangers dark drown drowned drowning fear fears fire flood harm hurt irreversible"
    " risk risks risky safe safer safety storm storms threat undo undone unsafe wreck",
    Ground.HABIT: "always ancestors custom customs forefathers grandfather habit habits heritage memory old remember ritual"
    " tradition traditional traditions used",
    Ground.FAIRNESS: "deserve deserves discriminate equal equality fair fairer fairly fairness injustice just justice loser losers"
    " rich poor privilege rights short unfair unjust",
    Ground.ABSENT: "absent alone anyone asked consulted dead everyone forgotten lonely minority nobody outsiders voiceless strangers"
    " unheard vote weak",
    Ground.TIME: "ago century decade decades delay early late later long moment month months now patience patient soon time tomorrow"
    " urgent wait waited waiting waits week weeks winter winters year years yesterday",
    Ground.USE: "daily efficient function functional handy help helps job mend mends practical productive productivity purpose tool"
    " tools use used useful useless work working works",
    Ground.BEAUTY: "art beautiful beauty charm colour elegant feel flavour lovely music pleasant pleasure pretty sang sing song songs"
    " style taste tastes ugly",
    Ground.CHILDREN: "baby birth born boy child childhood children daughter descendants future generation generations girl grandchildren"
    " grow heir kids mother school son young youth",
    Ground.PRECEDENT: "consequence consequences door doors first law laws lead leads next precedent regulation rule rules slippery slope step"
    " stop",
    Ground.PROOF: "data doubt evidence experiment fact facts know measure measured proof prove proves proved research science scientific"
    " see seen statistics studies study test tested trial true truth",
    Ground.TRUST: "believe betray betrayed charge corrupt faith government honest lie lied lies loyal promise promised promises reliable"
    " steal swear swore trust trusted word",
}


_OF_LIVES: Mapping[Ground, str] = {
    Ground.COST: "bill bills borrowed coin coins crowns debt debts farthing loan money mortgages owe owed paid pay pays pence penny pounds price pricing"
    " rent rents sold",
    Ground.RISK: "burned burnt danger died drowned fire fog fell flood ice killed sea storm storms spear",
    Ground.HABIT: "always custom father's every ever grandfather ninth same",
    Ground.FAIRNESS: "blamed blame measure promised share thief thumb weighed weigh",
    Ground.ABSENT: "buried found gone left lost nobody orphan widowed",
    Ground.TIME: "nine years year wait waited waiting winters eleven thirty forty",
    Ground.USE: "carry mend mended tool work",
    Ground.BEAUTY: "colour hum hums sing song songs tune tunes whistle",
    Ground.CHILDREN: "born boy brother child children girl mother taught school nine sixteen twelve",
    Ground.PROOF: "add charts count counted counts measure read sounding soundings weigh",
    Ground.TRUST: "charts honest promise promises trust trusted word",
}


def grounds_of_life(text: str) -> list[Ground]:
    """The grounds that a sentence of somebody's life speaks to; words that say little elsewhere say much there."""
    words = frozenset(words_in(text))
    return [ground for ground, telling in _OF_LIVES.items() if words & frozenset(telling.split())]


@lru_cache(maxsize=1)
def _known() -> Mapping[str, tuple[Ground, ...]]:
    known: dict[str, tuple[Ground, ...]] = {}
    for ground, words in _WORDS.items():
        for word in words.split():
            known[word] = (*known.get(word, ()), ground)
    return known


def grounds_in(text: str) -> list[Ground]:
    """The grounds that words of the text belong to, the one with most of them first; empty where there are none."""
    counts = dict.fromkeys(Ground, 0)
    for word in words_in(text):
        for ground in _known().get(word, ()):
            counts[ground] += 1
    return sorted((ground for ground in Ground if counts[ground]), key=lambda ground: -counts[ground])


def lot(*parts: str) -> int:
    """A number from 0 to 99 that belongs to these words for ever, whatever the seed."""
    return int.from_bytes(blake2b("\x1f".join(parts).encode(), digest_size=4).digest(), "big") % 100


def care(ground: Ground, drives: Mapping[Drive, float], name: str, topic: str) -> int:
    """How much somebody cares for a ground in a topic, in hundredths; about -80 to 80."""
    near = sum(by * (drives[drive] - NEUTRAL) for drive, by in NEAR[ground].items())
    return round(100 * near) + (lot(name, topic, ground) - 50) // 2
