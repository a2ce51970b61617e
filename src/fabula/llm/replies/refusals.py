"""Refusals: telling a model that would not answer from a character who would not act."""

import re
from typing import Any

LOOKED_AT_MAX = 600
"""Characters of a text in which a refusal would stand."""

_DOING = (
    r"help|assist|comply|fulfil+|provide|generate|create|continue|engage|participate|role-?play|write|produce|answer|"
    r"respond|support|complete|depict|describe|discuss|portray|simulate|play(?: this| that| the)|do (?:that|this|so)|"
    r"take part|process|perform|offer|proceed|accommodate|facilitate|endorse|be able to|be able"
)
_NOT = (
    r"(?:can(?: ?not|'t)|won't|will not|(?:am|'m) unable to|(?:am|'m) not able to|unable to|could not|couldn't|"
    r"mustn't|shouldn't)"
)
_DOING, _NOT = _DOING.replace(" ", r"\s"), _NOT.replace(" ", r"\s")
_WOULD_NOT = re.compile(
    rf"""
    \b(?:i|we)\b\s?(?:\w+\s){{0,2}}?{_NOT}\s(?:\w+\s){{0,2}}?(?:{_DOING})\b
    | \bi(?:'m|\sam)\s(?:\w+\s){{0,2}}?(?:sorry|afraid)\b.{{0,80}}?{_NOT}\s(?:\w+\s){{0,2}}?(?:{_DOING})\b
    | \bsorry\b.{{0,40}}?{_NOT}\s(?:\w+\s){{0,2}}?(?:{_DOING})\b
    | \bi(?:\smust|\shave\sto|'ll\shave\sto|\swill\shave\sto|\sneed\sto)\s(?:\w+\s){{0,2}}?(?:decline|refuse)\b
    | \bi(?:'d|\swould)\s(?:rather|prefer)\snot\b
    | \bi(?:'m|\sam)\snot\s(?:comfortable|allowed|permitted|willing|designed|programmed)\b
    | \bas\san?\s(?:ai\b|artificial|language\smodel|large\slanguage|virtual\sassistant|assistant\b)
    | \bi(?:'m|\sam)\s(?:just\s|only\s)?an?\s(?:ai\b|language\smodel|large\slanguage)
    | \b(?:violat|against|goes\sagainst|conflicts?\swith)\w*\s(?:\w+['’]?s?\s){{0,4}}?
        (?:polic|guideline|programming|terms)
    | \b(?:content|usage|safety)[\s_](?:policy|policies|guidelines|filter)\b
    | \bcontent_(?:policy|filter)\w*
    | \bthis\s(?:request|content|prompt)\s(?:\w+\s){{0,3}}?(?:violates|flagged|blocked|inappropriate|not\sallowed)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ELSEWHERE = re.compile(
    r"申し訳(?:ありません|ございません)|お応えできません|お手伝いできません|"
    r"(?:抱歉|对不起|對不起|很遗憾)[^。]{0,30}(?:无法|不能|無法)|我(?:无法|不能|無法)(?:提供|协助|帮助|回答|协助|協助)|"
    r"죄송(?:합니다|하지만)|도와드릴 수 없|"
    r"\b(?:lo siento|perdona|disculpa)\b.{0,40}\bno puedo\b|\bno puedo (?:ayudar|asistir|continuar|cumplir|participar)|"
    r"\bd[ée]sol[ée]e?\b.{0,40}\bne (?:peux|puis)\b|\bje ne (?:peux|puis) pas (?:vous |t')?(?:aider|assister|répondre)|"
    r"\b(?:tut mir leid|entschuldigung)\b.{0,40}\bkann\b.{0,60}\bnicht|\bdabei kann ich (?:dir |ihnen )?nicht helfen|"
    r"\bmi dispiace\b.{0,40}\bnon posso\b|\b(?:desculpe|lamento|sinto muito)\b.{0,40}\bnão posso\b|"
    r"\bhet spijt me\b.{0,40}\bkan\b|\b(?:przepraszam|przykro mi)\b.{0,40}\bnie mog[ęe]\b|"
    r"(?:извините|простите|к сожалению|сожалею).{0,40}не могу|я не могу (?:помочь|выполнить|ответить)",
    re.IGNORECASE,
)
_REFUSING_KEYS = frozenset({"error", "refusal", "refused"})
_SAYING_KEYS = _REFUSING_KEYS | frozenset(
    "message reason code type status detail details content response answer reply output text explanation "
    "suggestion role success ok".split()
)


def is_refusal(text: str) -> bool:
    """Whether prose is a model's refusal."""
    head = text[:LOOKED_AT_MAX].replace("’", "'")
    return _WOULD_NOT.search(head) is not None or _ELSEWHERE.search(head) is not None


def is_refusal_object(value: Any) -> bool:
    """Whether an object holds nothing but a refusal. One that names a deed is an answer, whatever the character says in
    it.
    """
    if not isinstance(value, dict) or not value or len(value) > 12:
        return False
    keys = {key.lower() for key in value}
    if not keys <= _SAYING_KEYS:
        return False
    said = [item for item in value.values() if isinstance(item, str)]
    said += [
        item for inner in value.values() if isinstance(inner, dict) for item in inner.values() if isinstance(item, str)
    ]
    return any(is_refusal(each) for each in said) or (value.get("refusal") is not None and bool(value["refusal"]))
