"""Chatting: answering what people say in words of their own - greetings, questions about oneself, anything."""

import re

from msgspec.structs import replace

from fabula.environments.dialogue.rhetoric.composing import Turn
from fabula.environments.dialogue.rhetoric.english import lower_first, sentences, upper_first, words_in
from fabula.environments.dialogue.rhetoric.grounds import Ground, grounds_in
from fabula.environments.dialogue.rhetoric.matter import Matter
from fabula.environments.dialogue.rhetoric.reading import Heard, key_phrase, quotes
from fabula.environments.dialogue.rhetoric.telling import inside, was_told
from fabula.environments.dialogue.rhetoric.topic import Kind, topic_of
from fabula.environments.dialogue.rhetoric.values import VALUES, dearest

REFLECTED_WORDS_MAX = 14

_HELLO = re.compile(r"^(?:hi|hello|hey|greetings|good (?:morning|evening|day|afternoon)|hallo|salut|ahoy)\b", re.IGNORECASE)
_BYE = re.compile(r"\b(?:bye|goodbye|good night|farewell|see you|so long|i (?:have|need|must|ought) to go|gotta go|take care|until (?:tomorrow|next time))\b", re.IGNORECASE)
_THANKS = re.compile(r"\b(?:thanks|thank you|cheers|much obliged)\b", re.IGNORECASE)
_SAD = re.compile(r"\b(?:afraid|alone|broke|buried|cried|dead|died|divorced|fail\w*|fired|ill|lonely|lost|sad|sick|sorry|tired|unhappy|worried|worse)\b", re.IGNORECASE)
_GLAD = re.compile(r"\b(?:born|engaged|finished|found|glad|good news|happy|in love|married|passed|pleased|proud|won|wonderful)\b", re.IGNORECASE)
_FLIPS = {
    "i": "you", "me": "you", "my": "your", "mine": "yours", "myself": "yourself", "am": "are", "i'm": "you are", "i've": "you have",
    "i'd": "you would", "i'll": "you will", "you": "I", "your": "my", "yours": "mine", "yourself": "myself", "we": "you", "us": "you", "our": "your",
}  # fmt: skip

_ABOUT_ME: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), rule)
    for pattern, rule in (
        (r"\b(?:who are you|your name|what (?:are|should i call) you(?: called)?\b|introduce yourself|tell me about yourself)", "name"),
        (r"\bhow (?:are|is) (?:you|it going|things|life)|how do you do\b|how do you feel", "how"),
        (r"\bwhere (?:do|are|were|did) you\b.*\b(?:from|born|live|grow up|come)|where is your home|your home(?:town)?\b", "from"),
        (r"\bwhat (?:do|is it that) you do\b(?! (?:if|when|with|about))|your (?:work|job|trade|profession|office)\b|for a living", "work"),
        (r"\bwhat (?:do|would) you (?:want|wish|hope)|your (?:goal|dream|wish|aim)s?\b", "care"),
        (r"\bwhat (?:are you good at|can you do|do you know best)|your (?:skills|strengths)|can you (?:teach|help)", "know"),
        (r"\bwho (?:do|are|is) (?:you(?:r)?) (?:friend|famil|love|trust|know|close)|have (?:any )?(?:family|friends|children|brothers|sisters)|your (?:family|friends?|wife|husband|mother|father|brother|sister)\b", "tie"),
    )
)  # fmt: skip
_OF = re.compile(
    r"(?:what do you (?:think|know|make|say) (?:of|about|to)|what about|how about|tell me (?:more )?about|do you know(?: anything about)?|have you heard of|who is|who was|what is|what's"
    r"|what are|your opinion (?:of|on|about)|how do you feel about|and) (.+)",
    re.IGNORECASE,
)
_LIKE = re.compile(r"do you (?:like|love|enjoy|hate|prefer) (.+)", re.IGNORECASE)
_OPINION = re.compile(r"^(?:so |and |but |then )?(?:should|is|are|do|does|can|would|will|was|were|must|has|have)\b", re.IGNORECASE)
_OPINIONS = re.compile(r"\b(?:think|make|say|opinion|feel)\b", re.IGNORECASE)


def reply_to_words(turn: Turn, said: Heard) -> bool:
    """Answer a turn that no rules made; False if there is nothing to say to it."""
    text = said.line.text
    if _BYE.search(text) and len(text.split()) <= 14:
        return _bye(turn)
    if said.question and turn.matter.addressed(said):
        return answer_question(turn, said)
    if _HELLO.match(text) and len(text.split()) <= 5:
        return turn.say("talk", "chat.hello", {"other": turn.matter.short_names.get(turn.to, "")}, why="greets")
    if _THANKS.search(text) and len(text.split()) <= 10:
        return turn.say("talk", "chat.thanks", why="thanks back")
    if turn.matter.topic.kind is not Kind.NONE:
        return _argue_with(turn, said)
    return _reflect(turn, said)


def _bye(turn: Turn) -> bool:
    matter = turn.matter
    about = next((key for each in reversed(matter.others[:-1]) if (key := key_phrase(each.line.text))), "")
    about = matter.topic.thing or about
    return (bool(about) and turn.say("talk", "chat.bye", {"last_matter": about}, why="takes leave")) or turn.say(
        "talk", "chat.bye.short", why="takes leave"
    )


def _argue_with(turn: Turn, said: Heard) -> bool:
    """A statement about the topic, in somebody's own words."""
    matter = turn.matter
    agrees = said.agrees > 0 or (not said.agrees and matter.sides_with(said.line.speaker))
    left = quotes(said.line.text, words_in(matter.outlook.topic))
    lead = ""
    if left:
        lead = turn.lead("moves", "quote.yes" if agrees else "quote.no", {"quote": lower_first(turn.stream.choice(left[:2]))})
    if agrees:
        turn.say("moves", "generic.yes", lead=lead, why="agrees")
    else:
        turn.say("moves", "generic.no", lead=lead, why="answers what was said")
    grounds = [ground for ground in (*said.grounds, *matter.grounds) if ground in matter.grounds and ground not in matter.argued]
    if grounds:
        turn.argue(grounds[0], "reason", lead=turn.opener("hm"), why=f"a reason, on {grounds[0]}")
    return True


def _reflect(turn: Turn, said: Heard) -> bool:
    """Give back what somebody told, and ask on."""
    statement = next((each for each in sentences(said.line.text) if not each.endswith("?") and not _HELLO.match(each)), "")
    statement = statement.strip(" .!…")
    words = statement.split()
    mood = ".sad" if _SAD.search(statement) else ".glad" if _GLAD.search(statement) else ""
    done = False
    if 2 <= len(words) <= REFLECTED_WORDS_MAX and re.search(r"\b(?:i|my|we|me)\b|i'", statement, re.IGNORECASE):
        done = turn.say("talk", f"chat.reflect{mood}", {"reflected": reflected(statement)}, why="gives back what was told")
    if not done and (left := quotes(said.line.text)):
        done = turn.say("talk", "heard.any", {"quote": lower_first(left[0])}, why="takes up what was said")
    if not done and (key := key_phrase(said.line.text)):
        done = turn.say("moves", "generic.ask", {"key_or_that": key}, why="asks on")
    if not mood and (fact := _fact_on(turn, said.line.text)):
        done = turn.say("talk", "chat.fact", {"fact": inside(turn, fact)}, why="something of its own") or done
    return done or turn.say("talk", "chat.ask", why="asks back")


def reflected(statement: str) -> str:
    """What somebody said of themselves, said to them: `I lost my dog` → `you lost your dog`."""
    parts = re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)?|[^\w]+|[\w]+", statement)
    turned = [_FLIPS.get(part.casefold().replace("’", "'"), part) for part in parts]
    text = "".join(turned)
    text = re.sub(r"\byou was\b", "you were", text)
    text = re.sub(r"\b(to|for|with|of|at|about|from|like|by|see|love|help|hate|tell|told|ask|give|gave) I\b", r"\1 me", text)
    text = re.sub(r"\bI are\b", "I am", text)
    return lower_first(text) if parts and parts[0].casefold() in _FLIPS or text[:1].isupper() and text.split()[0].casefold() in {"the", "a", "it", "my"} else text


def answer_question(turn: Turn, said: Heard) -> bool:
    """Answer a question in somebody's own words: from the sheet, by an opinion, or by owning that one does not know."""
    question = said.question.strip()
    for pattern, rule in _ABOUT_ME:
        if pattern.search(question) and _about_me(turn, rule):
            return _and_you(turn)
    if said.known and turn.matter.topic.kind is not Kind.NONE:
        return False
    if re.match(r"^(?:but |and |so )?why\b.{0,40}\?$", question, re.IGNORECASE) and turn.matter.topic.kind is not Kind.NONE:
        return any(turn.argue(ground, "reason", lead=turn.opener("answer"), why="says why") for ground in turn.matter.grounds[:4])
    if found := _LIKE.search(question):
        return _like(turn, _object(found[1]))
    if found := _OF.search(question):
        return _about(turn, _object(found[1]), question)
    if _field(turn, question):
        return True
    if _OPINION.match(question) and (mentioned := _mentioned(turn, question)):
        return turn.say("talk", "chat.know", mentioned, why="tells what it knows")
    if _OPINION.match(question) and _opinion(turn, question):
        return True
    key = key_phrase(question) or _object(question)
    return _about(turn, key, question) if key else False


def _object(words: str) -> str:
    words = re.split(r"[?.!,;]", words)[0].strip()
    words = re.sub(r"^(?:the (?:idea|question|matter) of|about|of) ", "", words)
    return "that" if len(words.split()) > 7 or not words else reflected(words) if re.search(r"\b(?:my|your|you|i)\b", words, re.IGNORECASE) else words


def _about_me(turn: Turn, rule: str) -> bool:
    life, matter = turn.matter.life, turn.matter
    match rule:
        case "name":
            if not life.work:
                return turn.say("talk", "chat.name", {"me_line": f"I am {matter.me}"}, why="says who it is")
            return turn.say("talk", "chat.name", {"me_line": f"I am {matter.me}; {life.work}"}, why="says who it is")
        case "how":
            habits = [fact.text for fact in life.facts if not was_told(turn, fact.text)]
            state = inside(turn, turn.stream.choice(habits)) if habits else "the day is what it is"
            return turn.say("talk", "chat.how", {"state": state}, why="says how it is")
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


def tell_want(turn: Turn) -> bool:
    """What it wants most."""
    want = turn.matter.life.want
    if want and not was_told(turn, want):
        return turn.say("talk", "care.tell", {"want_clause": f"I want {want}"}, why="says what it wants")
    return turn.say("talk", "care.none", why="keeps to itself what it wants")


def tell_skills(turn: Turn) -> bool:
    """What it knows best."""
    crafts = [craft for craft in turn.matter.life.crafts if not was_told(turn, craft)][:2]
    return bool(crafts) and turn.say("talk", "know.tell", {"skills": " and ".join(crafts)}, why="says what it knows")


def tell_tie(turn: Turn, who: str = "") -> bool:
    """Somebody it knows."""
    ties = [told for name, told in turn.matter.life.ties if (who or name) == name and name not in turn.matter.names and not was_told(turn, told)]
    return bool(ties) and turn.say("talk", "tie.tell", {"tie": turn.stream.choice(ties)}, why="speaks of somebody")


def _and_you(turn: Turn) -> bool:
    if not turn.parts[-1].endswith("?") and turn.stream.chance(0.35):
        turn.say("talk", "chat.ask", why="asks back")
    return True


def _mentioned(turn: Turn, text: str) -> dict[str, str] | None:
    """Whom or what it knows that a text speaks of."""
    words = words_in(text)
    for name, told in turn.matter.life.ties:
        if words_in(name)[0] in words or words_in(name)[-1] in words:
            return {"asked": name, "fact": told}
    return None


def _about(turn: Turn, asked: str, question: str) -> bool:
    """What it knows, or thinks, of something or somebody."""
    matter = turn.matter
    slots = {"asked": asked, "asked_cap": upper_first(asked)}
    if mentioned := _mentioned(turn, asked):
        return turn.say("talk", "chat.know", mentioned, why="tells what it knows")
    words = {word for word in words_in(asked) if len(word) > 3}
    for field, level in matter.life.levels:
        if level and words & set(words_in(field)):
            return turn.say("talk", "chat.know.skill", {**slots, "asked_cap": field, "level": inside(turn, level)}, why="says how much it knows")
    if fact := _fact_on(turn, asked):
        return turn.say("talk", "chat.know", {**slots, "fact": inside(turn, fact)}, why="tells what it knows")
    if _OPINIONS.search(question) and asked != "that" and _opinion(turn, asked):
        return True
    return turn.say("talk", "chat.unknown", slots, why="does not know, and says so")


def _fact_on(turn: Turn, text: str) -> str:
    """Something of its life that shares a telling word with the text; empty if there is none."""
    words = {word for word in words_in(text) if len(word) > 4} - _COMMON
    for fact in turn.matter.life.facts:
        if words & set(words_in(fact.text)) and not was_told(turn, fact.text):
            return fact.text
    return ""


_COMMON = frozenset("about after again always because before being could every nothing other people should something their there thing things think those today"
    " tomorrow where which while whose would years yesterday never".split())  # fmt: skip


def _like(turn: Turn, asked: str) -> bool:
    matter = turn.matter
    value = VALUES[dearest(matter.drives, matter.me, asked)[0]].what
    return turn.say("talk", "chat.like", {"asked": asked, "asked_cap": upper_first(asked), "value": value}, why="says what it cares for")


def _field(turn: Turn, question: str) -> bool:
    """Something else that the sheet says of it, asked for by its label: an age, a height."""
    words = set(words_in(question)) | ({"age"} if "old" in words_in(question) else set())
    for field in turn.matter.speaker.persona.identity:
        label = field.label.casefold()
        if field.text and label not in {"wants", "want", "pronouns"} and set(words_in(label)) & words:
            return turn.say("talk", "chat.know", {"asked": "that", "fact": f"my {label} is {lower_first(field.text)}"}, why="answers from its sheet")
    return False


def _opinion(turn: Turn, question: str) -> bool:
    """What it thinks of a question that is none of the dialogue's, and why."""
    topic = topic_of(question)
    if topic.kind in {Kind.NONE, Kind.OPEN} or not topic.view or topic.view.startswith("the question "):
        return False
    outlook = replace(turn.matter.outlook, topic=question, stance=0, points=(), lines=())
    aside = Turn(Matter(turn.matter.speaker, outlook), turn.stream, turn.to)
    aside.matter.said = turn.matter.said
    aside.say("talk", "chat.opinion", why="says what it thinks")
    ground: Ground = next(iter([each for each in grounds_in(question) if each in aside.matter.grounds]), aside.matter.grounds[0])
    aside.argue(ground, "reason", why=f"a reason, on {ground}")
    for part, why in zip(aside.parts, aside.did, strict=True):
        turn.parts.append(part)
        turn.did.append(why)
    return bool(aside.parts)
