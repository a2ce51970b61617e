"""Questions in somebody's own words, and answers to them: from the sheet, by an opinion, or by owning that one does not
know.
"""

import re

from msgspec.structs import replace

from fabula.environments.dialogue.rhetoric.composing import Turn
from fabula.environments.dialogue.rhetoric.english import lower_first, sentences, upper_first, words_in
from fabula.environments.dialogue.rhetoric.grounds import Ground, grounds_in
from fabula.environments.dialogue.rhetoric.matter import Matter
from fabula.environments.dialogue.rhetoric.reading import COMMON, Heard, key_phrase
from fabula.environments.dialogue.rhetoric.reflecting import reflected, swapped
from fabula.environments.dialogue.rhetoric.telling import inside, tell_skills, tell_tie, tell_want, was_told
from fabula.environments.dialogue.rhetoric.topic import Kind
from fabula.environments.dialogue.rhetoric.topics import topic_of
from fabula.environments.dialogue.rhetoric.values import VALUES, dearest

_ABOUT_ME: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile("|".join(patterns), re.IGNORECASE), rule)
    for rule, *patterns in (
        (
            "name",
            r"\b(?:who are you|your name|introduce yourself|tell me about yourself)",
            r"\bwhat (?:are|should i call) you(?: called)?\b",
        ),
        ("how", r"\bhow (?:are|is) (?:you|it going|things|life)", r"how do you do\b", r"how do you feel"),
        (
            "from",
            r"\bwhere (?:do|are|were|did) you\b.*\b(?:from|born|live|grow up|come)",
            r"where is your home",
            r"your home(?:town)?\b",
        ),
        (
            "work",
            r"\bwhat (?:do|is it that) you do\b(?! (?:if|when|with|about))",
            r"your (?:work|job|trade|profession|office)\b",
            r"for a living",
        ),
        ("care", r"\bwhat (?:do|would) you (?:want|wish|hope)", r"your (?:goal|dream|wish|aim)s?\b"),
        (
            "know",
            r"\bwhat (?:are you good at|can you do|do you know best)",
            r"your (?:skills|strengths)",
            r"can you (?:teach|help)",
        ),
        (
            "tie",
            r"\bwho (?:do|are|is) your? (?:friend|famil|love|trust|know|close)",
            r"your (?:family|friends|people|kin)\b",
        ),
    )
)
"""What a question about the speaker itself is about."""
_LEVELS = {
    "expert": "I have given half my life to it",
    "working knowledge": "enough of it to get through a day's work",
    "basic": "as much as one picks up in passing",
    "novice": "the beginnings of it, and no more",
}
_OF = re.compile(
    r"(?:what(?:'s| is) your (?:opinion|view) (?:of|on|about)|"
    r"what do you (?:think|know|make|say) (?:of|about|to)|what about|how about|tell me (?:more )?about|"
    r"do you know(?: anything about)?|have you heard of|who is|who was|what is|what's"
    r"|what are|your opinion (?:of|on|about)|how do you feel about|and) (.+)",
    re.IGNORECASE,
)
_AGREE = re.compile(
    r"^(?:so |and |but |well )?(?:(?:do|don't|would|did) )?you (?:not )?(?:agree|think|believe|say|reckon|hold)"
    r"(?: with me)? (?:that )?(?=\S+ \S)(?!of\b|about\b|so\b|with\b|in\b)(.+)",
    re.IGNORECASE,
)
"""Asks for a view of what follows."""
_HAVE = re.compile(
    r"^(?:so |and |but )?(?:do you (?:still )?have|have you got|have you|had you)(?: got)? (?:any |an? |some )"
    r"([\w' -]+?)(?: of your own)?\?*$"
    r"|^(?:so |and |but )?(?:do you (?:still )?have|have you got) ((?!to\b)[\w' -]+?)(?: of your own)?\?*$",
    re.IGNORECASE,
)
_YOURS = re.compile(
    r"\byour ((?:brother|child|daughter|father|husband|mother|sister|son|uncle|aunt|wife)(?:ren|s)?)\b", re.IGNORECASE
)
_OF_ME = re.compile(
    r"^(?:so |and |but |then )?(?:have|had|has|did|do|don't|are|aren't|were|was|can|can't|could|would|wouldn't|will)"
    r" (?:not )?you\b",
    re.IGNORECASE,
)
"""About whoever is asked, and no claim about the world."""
_RECALL = re.compile(
    r"\b(?:did|have) (I|you) (?:(?:just|ever) )?(?:say|said|tell|told|mention|call|called)\b(.*)", re.IGNORECASE
)
_NAME = re.compile(r"^(?:(?:Mr|Mrs|Dr|Old|Mother|Father|Captain|Sister|Brother) )?[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)?$")
_PERSON = re.compile(
    r"\b(?:do you know|what do you (?:think|make) of|who is|who was|how do you feel about|do you like)\b", re.IGNORECASE
)
_LIKE = re.compile(r"do you (?:like|love|enjoy|hate|prefer) (.+)", re.IGNORECASE)
_OPINION = re.compile(
    r"^(?:so |and |but |then )?(?:should|am|is|are|do|does|did|can|could|would|will|was|were|must|has|have)\b",
    re.IGNORECASE,
)
_OPINIONS = re.compile(r"\b(?:think|make|say|opinion|feel)\b", re.IGNORECASE)
_WHY = re.compile(
    r"^(?:but |and |so |oh )?(?:why|how so)\b"
    r"(?: (?:not|so|is that|that|do you (?:think|say|believe)(?: (?:so|that|it))?))?\W*$",
    re.IGNORECASE,
)
"""Asks for the reason of what was said last, and not why the world is as it is."""
_PROVEN = re.compile(r"\b(?:change your mind|prove you wrong|convince you)\b", re.IGNORECASE)
RECALLED_WORDS_MAX = 22
"""Of what was said before, given back word for word; what is longer is cut short."""


def answer_question(turn: Turn, said: Heard) -> bool:
    """Answer a question in somebody's own words: from the sheet, by an opinion, or by owning that one does not know."""
    return answer(turn, said.question.strip(), known=not said.foreign)


def answer(turn: Turn, question: str, *, known: bool) -> bool:
    """known: it was asked by rules, whose questions in an argument have answers of their own."""
    for pattern, rule in _ABOUT_ME:
        if pattern.search(question) and _about_me(turn, rule):
            return _and_you(turn)
    if known and turn.matter.topic.kind is not Kind.NONE:
        return False
    return _of_oneself(turn, question) or _of_the_world(turn, question)


def _of_oneself(turn: Turn, question: str) -> bool:
    """What only whoever is asked can answer: what they said, have, like, did; False where it asks something else."""
    if _WHY.match(question):
        return why(turn)
    if found := _RECALL.search(question):
        return recall(turn, found[2], of_me=found[1].casefold() == "you")
    if (found := _HAVE.match(question)) or (found := _YOURS.search(question)):
        return _have(turn, next(each for each in found.groups() if each))
    if (found := _AGREE.match(question)) and _opinion(turn, found[1].strip(" ?.")):
        return True
    if _PROVEN.search(question) and turn.matter.topic.kind is not Kind.NONE:
        return turn.argue(Ground.PROOF, "answer", why="says what would change its mind")
    if found := _LIKE.search(question):
        return _like(turn, _object(found[1]))
    if _OF.search(question):
        return False
    return _field(turn, question) or (bool(_OF_ME.match(question)) and _of_me(turn, question))


def _of_the_world(turn: Turn, question: str) -> bool:
    """What it knows, or thinks, of something or somebody."""
    if found := _OF.search(question):
        return _about(turn, _object(found[1]), question)
    if _OPINION.match(question) and (mentioned := mentioned_in(turn, question)):
        return turn.say("talk", "chat.know", mentioned, why="tells what it knows")
    if topic_of(question).foreign:
        return turn.say("talk", "chat.tongue", {"quote": question.strip(" ?!")}, why="says that it has only English")
    if (_OPINION.match(question) or topic_of(swapped(question)).clause) and _opinion(turn, question):
        return True
    key = key_phrase(question) or _object(question)
    return _about(turn, key, question) if key else False


def _about_me(turn: Turn, rule: str) -> bool:
    life, matter = turn.matter.life, turn.matter
    match rule:
        case "name":
            trade = life.work.removeprefix("I am ")
            me = f"I am {matter.me}" + (f", {trade}" if trade != life.work else f", and {life.work}" if trade else "")
            return turn.say("talk", "chat.name", {"me_line": me}, why="says who it is")
        case "how":
            return turn.say("talk", "chat.how", why="says how it is")
        case "from":
            return bool(life.origin) and turn.say("talk", "from.tell", why="says where it comes from")
        case "work":
            return bool(life.work) and turn.say("talk", "work.tell", why="says what it does")
        case "care":
            return tell_want(turn)
        case "know":
            return tell_skills(turn)
        case _:
            return tell_tie(turn)


def _about(turn: Turn, asked: str, question: str) -> bool:
    """What it knows, or thinks, of something or somebody."""
    matter = turn.matter
    slots = {"asked": asked, "asked_cap": upper_first(asked)}
    if mentioned := mentioned_in(turn, asked):
        return turn.say("talk", "chat.know", mentioned, why="tells what it knows")
    if _NAME.match(asked) and _PERSON.search(question) and not matter.life.on(asked):
        rule = "chat.of_you" if asked in matter.names else "chat.stranger"
        return turn.say("talk", rule, slots, why="does not know, and says so")
    words = {word for word in words_in(asked) if len(word) > 3}
    for field, level in matter.life.levels:
        if level and words & set(words_in(field)):
            return turn.say(
                "talk",
                "chat.know.skill",
                {**slots, "asked_cap": field, "level": _LEVELS.get(level.casefold(), inside(turn, level))},
                why="says how much it knows",
            )
    if asked.startswith("your "):
        return recall(turn, asked, of_me=False)
    told = matter.life.on(asked)
    if fact := told if told and not was_told(turn, told) else fact_on(turn, asked):
        return turn.say("talk", "chat.know", {**slots, "fact": inside(turn, fact)}, why="tells what it knows")
    if _OPINIONS.search(question) and asked != "that" and _opinion(turn, asked):
        return True
    return turn.say("talk", "chat.unknown", slots, why="does not know, and says so")


def _have(turn: Turn, what: str) -> bool:
    """Whether it has somebody or something, by its sheet; else it does not say."""
    told = turn.matter.life.on(what)
    owned = re.search(rf"\b[Mm]y (?:\w+ )?{re.escape(what[:4])}|\b{re.escape(what[:4])}\w* (?:of mine|I have)\b", told)
    if owned and not was_told(turn, told):
        return turn.say("talk", "chat.have", {"asked": what, "fact": inside(turn, told)}, why="answers from its sheet")
    return turn.say("talk", "chat.have.not", {"asked": what}, why="does not say")


def _of_me(turn: Turn, question: str) -> bool:
    """What it did, is, can or would do: from its sheet, where that holds it; else it keeps it to itself."""
    asked = " ".join(word for word in words_in(question) if len(word) > 4 and word not in COMMON)
    told = turn.matter.life.on(asked)
    if told and not was_told(turn, told):
        return turn.say("talk", "chat.of_oneself", {"fact": inside(turn, told)}, why="answers from its sheet")
    return turn.say("talk", "chat.keep", why="keeps it to itself")


def recall(turn: Turn, about: str, *, of_me: bool) -> bool:
    """What was said earlier, in its own words: by whoever asks, or by the speaker itself."""
    matter = turn.matter
    words = (
        {word for word in words_in(about) if len(word) > 2} - COMMON - {"about", "you", "your", "the", "did", "tell"}
    )
    turns = matter.mine if of_me else [each for each in matter.others if each.line.speaker == turn.to]
    said = [sentence for each in turns for sentence in sentences(each.line.text) if not sentence.endswith("?")]
    found = [each for each in said if words & set(words_in(each))]
    if not words or not found:
        rule = "chat.recall.none"
        return turn.say("talk", rule, {"who": "I" if of_me else "you"}, why="does not remember, and says so")
    quote = found[0].strip(" .!")
    quote = quote if len(quote.split()) <= RECALLED_WORDS_MAX else " ".join(quote.split()[:RECALLED_WORDS_MAX]) + " …"
    who = "I" if of_me else "you"
    return turn.say(
        "talk",
        "chat.recall",
        {"who": who, "quote": quote.replace("“", "").replace("”", "")},
        why="remembers what was said",
    )


def why(turn: Turn) -> bool:
    """Another reason for what it said last; failing that, that it is made so."""
    matter = turn.matter
    if matter.topic.kind is not Kind.NONE:
        return any(
            turn.argue(ground, "reason", lead=turn.opener("answer"), why="says why") for ground in matter.grounds[:4]
        )
    asked = [each.question for each in reversed(matter.others) if each.question and not _WHY.match(each.question)][:1]
    asked = [found[1].strip(" ?.") if (found := _AGREE.match(each)) else each for each in asked]
    opined = bool(matter.mine) and matter.mine[-1].did("chat.opinion", "chat.view")
    if opined and matter.mine[-1].did("chat.view"):
        # It took a view of what it was told just before.
        told = [each for each in matter.others if each.line.number < matter.mine[-1].line.number]
        asked = [claim_in(sentences(each.line.text)[0]) for each in told[-1:]]
    if opined and asked and (aside := _aside(turn, asked[0])) is not None:
        ground = next(
            (each for each in aside.matter.grounds if each not in aside.matter.argued), aside.matter.grounds[0]
        )
        return aside.argue(ground, "reason", why="says why") and _taken(turn, aside)
    last = matter.mine[-1].line.text if matter.mine else ""
    said = next((each.strip(" .!") for each in sentences(last) if not each.endswith("?") and "“" not in each), "")
    if said and len(said.split()) <= RECALLED_WORDS_MAX:
        fact = fact_on(turn, said)
        slots = {"quote": lower_first(said), **({"fact": inside(turn, fact)} if fact else {})}
        if turn.say("talk", "chat.why.fact" if fact else "chat.why", slots, why="says why"):
            return True
    return turn.say("talk", "chat.why.none", why="does not know, and says so")


def _opinion(turn: Turn, question: str) -> bool:
    """What it thinks of a question that is none of the dialogue's, and why."""
    aside = _aside(turn, question)
    if aside is None:
        return False
    aside.say("talk", "chat.opinion", why="says what it thinks")
    ground = next((each for each in grounds_in(question) if each in aside.matter.grounds), aside.matter.grounds[0])
    aside.argue(ground, "reason", why=f"a reason, on {ground}")
    return _taken(turn, aside)


def _aside(turn: Turn, question: str) -> Turn | None:
    """A turn about a question that is none of the dialogue's; None where there are no two views of it."""
    question = swapped(question)
    topic = topic_of(question)
    if topic.kind is Kind.NONE or (topic.kind is Kind.OPEN and not topic.clause):
        return None
    if topic.kind is not Kind.OPEN and (not topic.view or topic.view.startswith("the question ")):
        return None
    lines = tuple(line for line in turn.matter.outlook.lines if line.speaker == turn.matter.me)
    outlook = replace(turn.matter.outlook, topic=question, stance=0, points=(), lines=lines)
    return Turn(Matter(turn.matter.speaker, outlook), turn.stream, turn.to)


def claim_in(statement: str) -> str:
    """What somebody says is so, without saying that they think it."""
    said = re.sub(
        r"^(?:i (?:think|believe|say|feel|find)(?: that)?|it seems to me that) ", "", statement, flags=re.IGNORECASE
    )
    return said.strip(" .!")


def _taken(turn: Turn, aside: Turn) -> bool:
    turn.parts += aside.parts
    turn.did += aside.did
    return bool(aside.parts)


def _like(turn: Turn, asked: str) -> bool:
    matter = turn.matter
    value = VALUES[dearest(matter.drives, matter.me, asked)[0]].what
    return turn.say(
        "talk",
        "chat.like",
        {"asked": asked, "asked_cap": upper_first(asked), "value": value},
        why="says what it cares for",
    )


def _field(turn: Turn, question: str) -> bool:
    """Something else that the sheet says of it, asked for by its label: an age, a height."""
    words = set(words_in(question)) | ({"age"} if "old" in words_in(question) else set())
    for field in turn.matter.speaker.persona.identity:
        label = field.label.casefold()
        if field.text and label not in {"wants", "want", "pronouns"} and set(words_in(label)) & words:
            return turn.say(
                "talk",
                "chat.know",
                {"asked": "that", "fact": f"my {label} is {lower_first(field.text)}"},
                why="answers from its sheet",
            )
    return False


def mentioned_in(turn: Turn, text: str) -> dict[str, str] | None:
    """Whom or what it knows that a text speaks of."""
    words = words_in(text)
    for name, told in turn.matter.life.ties:
        if words_in(name)[0] in words or words_in(name)[-1] in words:
            return {"asked": name, "fact": told}
    return None


def fact_on(turn: Turn, text: str) -> str:
    """Something of its life that shares a telling word with the text; empty if there is none."""
    words = {word for word in words_in(text) if len(word) > 4} - COMMON
    for fact in turn.matter.life.facts:
        if words & set(words_in(fact.text)) and not was_told(turn, fact.text):
            return fact.text
    return ""


def _object(words: str) -> str:
    words = re.split(r"[?.!,;]", words)[0].strip()
    if re.match(
        r"(?:who|whom|whose|what|why|how|when|where|which|is|are|do|does|did|can|could|will|would|have|has|should)\b",
        words,
        re.IGNORECASE,
    ):
        return "that"
    words = re.sub(r"^(?:the (?:idea|question|matter) of|about|of) ", "", words)
    if re.match(r"(?:at|behind|by|for|from|in|inside|on|to|under|with)\b", words, re.IGNORECASE):
        return "that"
    return (
        "that"
        if len(words.split()) > 7 or not words
        else reflected(words)
        if re.search(r"\b(?:my|your|you|i)\b", words, re.IGNORECASE)
        else words
    )


def _and_you(turn: Turn) -> bool:
    if not turn.parts[-1].endswith("?") and turn.stream.chance(0.35):
        turn.say("talk", "chat.ask", why="asks back")
    return True
