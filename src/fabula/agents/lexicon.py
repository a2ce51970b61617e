"""The lexicon: what English words say about drives, where a sheet weighs something and where it names a trait.

Both tables are this project's own. A word stands for all its forms (see `stem`): brave, bravery, bravely.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import lru_cache


class Drive(StrEnum):
    """What moves an agent; each from 0.0, not at all, to 1.0, before everything."""

    SELF_PRESERVATION = "self_preservation"
    LOYALTY = "loyalty"
    """To its faction."""
    AFFECTION = "affection"
    """For those it is close to."""
    COMPASSION = "compassion"
    """For anyone."""
    CURIOSITY = "curiosity"
    AMBITION = "ambition"
    AGGRESSION = "aggression"
    DUTY = "duty"
    """To what is right, sworn or ordered."""
    GREED = "greed"
    CUNNING = "cunning"


Leaning = Mapping[Drive, float]
"""What words say about drives."""

PHRASE_WORDS_MAX = 3

_SELF, _LOYALTY, _AFFECTION, _COMPASSION, _CURIOSITY, _AMBITION, _AGGRESSION, _DUTY, _GREED, _CUNNING = Drive

_OUTER_ENDINGS = ("iness", "ness", "ily", "ly", "s")
_INNER_ENDINGS = tuple("ery ity ty ious ous ism ist ive ance ence ant ent ion ing est ed er al ate y e".split())
_SHORT_ENDINGS = frozenset([*_OUTER_ENDINGS, "ery", "ty", "y", "e"])
"""They leave at least four letters; the others five, or too many words would look alike."""
_PART_OF_THE_STEM = {"s": ("ss", "us"), "ion": ("ssion",)}
"""Fearless is no plural, and compassion has nothing to do with a compass."""

_WEIGHED: list[tuple[Leaning, str]] = [
    (
        {_SELF: 1.0},
        """
        self preservation, survival, own survival, safety, own safety, personal safety, security, caution, prudence,
        fear, cowardice, self protection, staying alive, risk aversion, comfort, health
        """,
    ),
    (
        {_SELF: -1.0},
        """
        bravery, courage, valour, valor, risk, risk tolerance, risk taking, risk appetite, daring, boldness,
        recklessness, fearlessness, heroism, thrill, adventure
        """,
    ),
    (
        {_SELF: -1.0, _COMPASSION: 0.5},
        """
        self sacrifice, sacrifice, selflessness
        """,
    ),
    (
        {_SELF: 0.5, _GREED: 0.7},
        """
        self interest, selfishness, personal gain, self
        """,
    ),
    (
        {_LOYALTY: 1.0},
        """
        faction loyalty, loyalty, faction, allegiance, patriotism, solidarity, group loyalty, party loyalty,
        comrades, unit, crew, clan, tribe, crown, country, nation, guild, house, company, faithfulness, fealty,
        chain command
        """,
    ),
    (
        {_AFFECTION: 1.0, _LOYALTY: 0.5},
        """
        family, kin, family loyalty, clan ties
        """,
    ),
    (
        {_AFFECTION: 1.0},
        """
        personal relationships, relationships, relationship, friendship, friends, love, affection, romance,
        companionship, belonging, personal bonds, bonds, attachment, loved ones, children, connection, intimacy
        """,
    ),
    (
        {_COMPASSION: 1.0},
        """
        compassion, mercy, kindness, empathy, altruism, helping others, humanity, protecting others, protect others,
        protecting weak, protecting innocent, innocents, innocent lives, civilian safety, civilians, pity,
        gentleness, care, others, well being others, forgiveness, hospitality
        """,
    ),
    (
        {_COMPASSION: 1.0, _GREED: -0.5},
        """
        generosity, charity, sharing
        """,
    ),
    (
        {_COMPASSION: -1.0, _AGGRESSION: 0.5},
        """
        cruelty, ruthlessness, callousness, sadism
        """,
    ),
    (
        {_CURIOSITY: 1.0},
        """
        curiosity, knowledge, discovery, learning, exploration, truth, truth seeking, scholarship, novelty, science,
        understanding, wisdom, research, investigation, wonder, creativity, information
        """,
    ),
    (
        {_AMBITION: 1.0},
        """
        ambition, power, status, glory, fame, pride, success, achievement, recognition, influence, authority,
        legacy, advancement, victory, winning, perfection, respect, prestige, leadership, excellence, reputation,
        vanity
        """,
    ),
    (
        {_AMBITION: 0.7, _AGGRESSION: 0.5},
        """
        dominance, control, conquest, domination
        """,
    ),
    (
        {_AGGRESSION: 1.0},
        """
        aggression, revenge, vengeance, violence, anger, wrath, rage, hatred, bloodlust, combat, war, fighting,
        spite, retribution, killing, battle
        """,
    ),
    (
        {_AGGRESSION: -1.0},
        """
        peace, pacifism, nonviolence, non violence, harmony, calm, diplomacy, restraint, patience
        """,
    ),
    (
        {_DUTY: 1.0},
        """
        duty, honour, honor, justice, discipline, obedience, law, order, orders, responsibility, principle,
        principles, integrity, faith, tradition, oath, mission, mission success, religion, piety, morality, ethics,
        moral code, code, fairness, service, vow, conscience, righteousness, virtue, work, keeping word, promise
        """,
    ),
    (
        {_DUTY: -0.7},
        """
        rebellion, freedom, independence, chaos, pleasure, liberty, autonomy, defiance, mischief
        """,
    ),
    (
        {_CUNNING: -1.0, _DUTY: 0.5},
        """
        honesty, truthfulness, candour, candor, sincerity, openness
        """,
    ),
    (
        {_GREED: 1.0},
        """
        greed, wealth, money, profit, material gain, possessions, treasure, gold, loot, riches, financial gain,
        avarice, property, trade, food, luxury
        """,
    ),
    (
        {_CUNNING: 1.0},
        """
        cunning, deception, stealth, secrecy, manipulation, guile, subtlety, scheming, intrigue, secrets, trickery,
        strategy, pragmatism, craftiness, deceit
        """,
    ),
]

_TRAITS: list[tuple[Leaning, str]] = [
    (
        {_SELF: 0.3},
        """
        cautious, caution, careful, wary, prudent, guarded, circumspect, vigilant, watchful, hesitant, risk averse,
        paranoid, survivor, survivalist, self preserving, evasive, alert, worried, apprehensive
        """,
    ),
    (
        {_SELF: 0.3, _AGGRESSION: -0.1},
        """
        timid, fearful, cowardly, cowardice, craven, afraid, anxious, nervous, skittish, frightened, jumpy,
        spineless, faint hearted, timorous, meek, scared
        """,
    ),
    (
        {_SELF: 0.1, _AFFECTION: -0.1},
        """
        shy, bashful, reserved
        """,
    ),
    (
        {_SELF: -0.3},
        """
        brave, courage, courageous, bold, daring, fearless, intrepid, dauntless, valiant, valour, valor, undaunted,
        plucky, lion hearted, unafraid, gutsy, audacious
        """,
    ),
    (
        {_SELF: -0.25, _DUTY: 0.1, _COMPASSION: 0.1},
        """
        heroic, hero, gallant
        """,
    ),
    (
        {_SELF: -0.2, _CURIOSITY: 0.15},
        """
        adventurous, adventurer, thrill seeking, free spirited
        """,
    ),
    (
        {_SELF: -0.3, _DUTY: -0.1, _AGGRESSION: 0.1},
        """
        reckless, rash, foolhardy, careless, heedless, suicidal, impulsive, impetuous, daredevil, wild, headstrong,
        overconfident
        """,
    ),
    (
        {_SELF: -0.2, _COMPASSION: 0.2},
        """
        selfless, self sacrificing, altruistic, martyr, unselfish, protective
        """,
    ),
    (
        {_SELF: 0.2, _COMPASSION: -0.2, _GREED: 0.15},
        """
        selfish, self serving, self centred, self centered, egoistic, egotistical, narcissistic, ungrateful
        """,
    ),
    (
        {_LOYALTY: 0.3},
        """
        loyal, faithful, steadfast, staunch, patriotic, patriot, committed, true hearted, constant, partisan,
        stalwart
        """,
    ),
    (
        {_LOYALTY: 0.25, _AFFECTION: 0.2},
        """
        devoted, devotion
        """,
    ),
    (
        {_LOYALTY: 0.2, _DUTY: 0.2},
        """
        trustworthy, reliable, dependable, dedicated, obedient, subservient, zealous
        """,
    ),
    (
        {_LOYALTY: 0.25, _AGGRESSION: 0.2, _DUTY: 0.15},
        """
        fanatical, fanatic, zealot
        """,
    ),
    (
        {_LOYALTY: -0.3},
        """
        disloyal, faithless, fickle, unfaithful, turncoat, deserter, unreliable, inconstant
        """,
    ),
    (
        {_LOYALTY: -0.3, _CUNNING: 0.2},
        """
        treacherous, traitorous, two faced, backstabbing, perfidious, opportunistic, opportunist
        """,
    ),
    (
        {_LOYALTY: -0.15},
        """
        independent, loner, lone wolf, individualistic, nonconformist, self reliant
        """,
    ),
    (
        {_AFFECTION: 0.3},
        """
        affectionate, loving, warm, warm hearted, friendly, sociable, gregarious, amiable, romantic, sentimental,
        motherly, fatherly, maternal, paternal, convivial, flirtatious, clingy
        """,
    ),
    (
        {_AFFECTION: 0.15},
        """
        cheerful, jovial, passionate, good natured, jolly, talkative, merry, good humoured, genial, playful
        """,
    ),
    (
        {_AFFECTION: 0.15, _CUNNING: 0.1},
        """
        charming, charismatic, persuasive, flattering, silver tongued
        """,
    ),
    (
        {_AFFECTION: -0.25},
        """
        cold, aloof, distant, detached, solitary, reclusive, unfriendly, antisocial, withdrawn, hermit,
        misanthropic, unsociable, emotionless, unfeeling, impersonal, standoffish
        """,
    ),
    (
        {_AFFECTION: -0.1},
        """
        stoic, taciturn, brooding, quiet, gloomy, bitter, grim, gruff, lonely, laconic, dour
        """,
    ),
    (
        {_AFFECTION: -0.1, _COMPASSION: -0.1, _CUNNING: 0.1},
        """
        cynical, cynic, sardonic, sarcastic, mocking
        """,
    ),
    (
        {_COMPASSION: 0.3, _AGGRESSION: -0.1},
        """
        compassionate, kind, kind hearted, merciful, empathetic, empathic, caring, humane, soft hearted, nurturing,
        benevolent, considerate, sympathetic, tender, tender hearted, forgiving, helpful, big hearted, hospitable,
        sensitive
        """,
    ),
    (
        {_COMPASSION: 0.25, _AGGRESSION: -0.25},
        """
        gentle, gentleness
        """,
    ),
    (
        {_COMPASSION: 0.25, _GREED: -0.3},
        """
        generous, generosity, charitable, giving, openhanded, magnanimous, philanthropic
        """,
    ),
    (
        {_COMPASSION: 0.1, _AGGRESSION: -0.15},
        """
        patient, patience, tolerant, polite, courteous, tactful, understanding
        """,
    ),
    (
        {_COMPASSION: -0.3, _AGGRESSION: 0.2},
        """
        cruel, ruthless, merciless, heartless, callous, pitiless, sadistic, vicious, brutal, cold blooded, hard
        hearted, remorseless, inhuman, savage, unmerciful, tyrannical, bloodthirsty, murderous, cutthroat
        """,
    ),
    (
        {_COMPASSION: -0.15},
        """
        indifferent, insensitive, unsympathetic, harsh, hardened, judgmental, judgemental, uncaring, intolerant
        """,
    ),
    (
        {_CURIOSITY: 0.3},
        """
        curious, curiosity, inquisitive, inquiring, nosy, nosey, investigative, questioning, explorer, open minded,
        studious, scholarly, bookish, experimental, prying, snooping
        """,
    ),
    (
        {_CURIOSITY: 0.2},
        """
        analytical, observant, attentive, perceptive, imaginative, inventive, creative, intellectual, learned,
        thoughtful, philosophical, visionary, ingenious, intelligent, eccentric, dreamy, dreamer, clever, insightful
        """,
    ),
    (
        {_CURIOSITY: -0.25},
        """
        incurious, dull, apathetic, close minded, narrow minded, dogmatic, unimaginative, jaded, bored,
        uninterested, dim witted
        """,
    ),
    (
        {_AMBITION: 0.3},
        """
        ambitious, ambition, driven, competitive, power hungry, aspiring, status conscious, glory seeking,
        domineering, dominant, overambitious, megalomaniac
        """,
    ),
    (
        {_AMBITION: 0.2},
        """
        proud, vain, determined, relentless, tenacious, commanding, perfectionist, industrious, hard working,
        hardworking, confident, assertive, boastful, single minded, persistent, tireless, bossy
        """,
    ),
    (
        {_AMBITION: 0.2, _COMPASSION: -0.1},
        """
        arrogant, haughty, conceited, condescending, imperious, pompous, snobbish, entitled
        """,
    ),
    (
        {_AMBITION: 0.1},
        """
        stubborn, obstinate, headstrong, resolute, strong willed, wilful, willful, unyielding, persevering
        """,
    ),
    (
        {_AMBITION: -0.25},
        """
        humble, modest, unambitious, content, complacent, self effacing, unassuming, easygoing, easy going, aimless
        """,
    ),
    (
        {_AMBITION: -0.25, _DUTY: -0.15, _CURIOSITY: -0.1},
        """
        lazy, idle, slothful, indolent, workshy
        """,
    ),
    (
        {_AGGRESSION: 0.3},
        """
        aggressive, aggression, violent, hostile, hot headed, hot tempered, short tempered, quick tempered,
        wrathful, angry, vengeful, belligerent, combative, quarrelsome, warlike, pugnacious, bad tempered,
        vindictive, furious, spiteful, confrontational, bellicose, bully, bullying, brawler, hateful, resentful,
        unforgiving
        """,
    ),
    (
        {_AGGRESSION: 0.2},
        """
        fierce, fiery, temperamental, irritable, volatile, brash, abrasive, impatient, argumentative, grumpy,
        intense
        """,
    ),
    (
        {_AGGRESSION: -0.3},
        """
        peaceful, peaceable, peace loving, pacifist, calm, serene, mild, placid, conciliatory, even tempered, level
        headed, nonviolent, docile, composed, unflappable, passive
        """,
    ),
    (
        {_AGGRESSION: -0.15, _CUNNING: 0.15},
        """
        diplomatic, diplomat, measured
        """,
    ),
    (
        {_DUTY: 0.3},
        """
        dutiful, disciplined, discipline, honourable, honorable, principled, upright, responsible, conscientious,
        lawful, law abiding, righteous, noble, chivalrous, incorruptible, scrupulous, upstanding, virtuous, ethical,
        duty bound
        """,
    ),
    (
        {_DUTY: 0.2},
        """
        pious, devout, religious, strict, stern, rigid, orderly, punctual, diligent, earnest, traditional, precise,
        exacting, methodical, meticulous, idealistic, serious, fair, fair minded, stoic, conservative
        """,
    ),
    (
        {_DUTY: 0.2, _CUNNING: -0.3},
        """
        honest, honesty, truthful
        """,
    ),
    (
        {_DUTY: -0.3},
        """
        irresponsible, lawless, undisciplined, rebellious, rebel, unruly, anarchic, insubordinate, dishonourable,
        dishonorable, unprincipled, amoral, immoral, negligent, chaotic, defiant, disobedient, lax, mischievous
        """,
    ),
    (
        {_DUTY: -0.15, _GREED: 0.15},
        """
        hedonistic, decadent, indulgent, drunken, drunkard, gambler, shameless
        """,
    ),
    (
        {_DUTY: -0.25, _GREED: 0.25},
        """
        corrupt, corruptible, bribable, venal, crooked, criminal
        """,
    ),
    (
        {_GREED: 0.3},
        """
        greedy, greed, avaricious, covetous, mercenary, materialistic, grasping, miserly, miser, stingy,
        acquisitive, gluttonous, rapacious, hoarding, hoarder, money minded, money grubbing, profiteering,
        tightfisted
        """,
    ),
    (
        {_GREED: 0.25, _CUNNING: 0.15},
        """
        thieving, thievish, light fingered, kleptomaniac, envious, jealous
        """,
    ),
    (
        {_GREED: -0.25},
        """
        ascetic, austere, frugal, temperate, self denying
        """,
    ),
    (
        {_CUNNING: 0.3},
        """
        cunning, sly, crafty, devious, manipulative, scheming, schemer, calculating, shrewd, wily, sneaky,
        secretive, duplicitous, conniving, machiavellian, stealthy, guileful, tricky, trickster, street smart,
        streetwise, slippery
        """,
    ),
    (
        {_CUNNING: 0.3, _DUTY: -0.2},
        """
        deceitful, dishonest, deceptive, lying, liar, untrustworthy
        """,
    ),
    (
        {_CUNNING: 0.15},
        """
        resourceful, strategic, tactical, subtle, pragmatic, clever, witty, quick witted, adaptable, mysterious
        """,
    ),
    (
        {_CUNNING: 0.1, _SELF: 0.15},
        """
        suspicious, distrustful, mistrustful, untrusting
        """,
    ),
    (
        {_SELF: 0.1, _CURIOSITY: 0.1},
        """
        sceptical, skeptical, sceptic, skeptic, doubting
        """,
    ),
    (
        {_CUNNING: -0.3},
        """
        naive, gullible, guileless, straightforward, blunt, frank, candid, sincere, innocent, ingenuous, plain
        spoken, outspoken, transparent, simple minded, open hearted
        """,
    ),
    (
        {_CUNNING: -0.15, _SELF: -0.1},
        """
        trusting, optimistic, unsuspecting, carefree
        """,
    ),
]


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """What the forms of a word have in common: `brave`, `bravery` and `bravely` are all `brav`."""
    return _without(_without(word, _OUTER_ENDINGS), _INNER_ENDINGS)


def _without(word: str, endings: tuple[str, ...]) -> str:
    for ending in endings:
        letters_min = 4 if ending in _SHORT_ENDINGS else 5
        kept = word.endswith(_PART_OF_THE_STEM.get(ending, ()))
        if word.endswith(ending) and len(word) - len(ending) >= letters_min and not kept:
            return word.removesuffix(ending)
    return word


def _indexed(table: Iterable[tuple[Leaning, str]]) -> dict[str, Leaning]:
    """By the stems of each phrase: the sum of what the table says of it."""
    index: dict[str, dict[Drive, float]] = {}
    for leaning, phrases in table:
        for phrase in phrases.split(","):
            summed = index.setdefault(" ".join(map(stem, phrase.split())), defaultdict(float))
            for drive, by in leaning.items():
                summed[drive] += by
    return {phrase: dict(leaning) for phrase, leaning in index.items()}


WEIGHED = _indexed(_WEIGHED)
"""What a weight is about: 1.0 is the drive itself, -1.0 its opposite, and less is less of its meaning."""

TRAITS = _indexed(_TRAITS)
"""How far a trait moves each drive."""
