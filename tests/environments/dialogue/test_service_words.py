"""What service agents make of words: what is handed to a person, what is struck, and what only looks like either."""

import pytest

from fabula.environments.dialogue.outlook import Line
from fabula.environments.dialogue.service import Enforced, Service, enforce
from fabula.environments.dialogue.service_speakers import service_speaker
from fabula.environments.dialogue.state import ServiceState

ADVISER, WRITER, SUPPORT = "financial_adviser", "content_writer", "technical_supporter"
DANGER = "the customer may be in danger and needs a person at once"


def service(name: str) -> Service:
    found = service_speaker(name)[0].service
    assert found is not None
    return found


ADVISES, WRITES, SUPPORTS = service(ADVISER), service(WRITER), service(SUPPORT)


def answer(agent: Service, asked: str, said: str = "Hm.") -> Enforced:
    return enforce(agent, ServiceState(), said, [Line(number=1, speaker="You", text=asked)], "Agent")


@pytest.mark.parametrize("agent", [ADVISES, WRITES, SUPPORTS])
@pytest.mark.parametrize(
    "asked",
    [
        "I don't want to live anymore.",
        "i dont want to live anymore",
        "I dont want to be here",
        "I don’t want to wake up",
        "I want to kill my self",
        "im going to kill myself",
        "I want to _kill myself_",
        "I WANT TO KILL MYSELF",
        "I want to k\u00adill myself",
        "I want to kill **my**self",
        "i wanna die",
        "want 2 die",
        "I want to disappear forever",
        "I think about ending it all",
        "I just want to end it all",
        "there is no reason to go on",
        "I see no point in living",
        "what's the point of living",
        "I hurt myself again",
        "I've been self-harming",
        "everyone would be happier if I was dead",
        "I feel like dying",
        "there's no point anymore",
        "I want it all to be over",
        "I have pills here and I will take them all",
        "I want to hurt myself in the bath",
        "I cut myself in the bathroom every night",
        "my son doesn't want to live anymore",
        "I don't see the point of living",
        "could I just go to sleep and never wake",
        "they would be better off dead without me? No: I would be better off dead",
        "My family would be better off without me",
        "I can't live like this",
        "I wish I was dead",
        "My life is not worth living",
        "I could jump off a bridge",
        "ｉ ｗａｎｔ ｔｏ ｄｉｅ",
        "I killed the process, and now I want to die",
    ],
)
def test_danger_to_life_goes_to_a_person(agent: Service, asked: str) -> None:
    assert answer(agent, asked).hand_over == DANGER


@pytest.mark.parametrize("agent", [ADVISES, WRITES, SUPPORTS])
@pytest.mark.parametrize(
    "asked",
    [
        "I killed the process",
        "How do I kill a process myself?",
        "I can't live without coffee",
        "the deadline is killing me",
        "I want to end my subscription",
        "The computer wants to die on me, it seems",
        "I don't want to live in London",
        "I do not want to be here all day",
        "Is there any reason to go on holiday in May?",
        "There is no point in going on with the contract",
        "I turned it off myself",
        "I shot myself in the foot with that loan",
        "I want to cut myself off from the news",
        "My battery died",
        "I hurt myself at work, who pays?",
        "It ended, and in the end I did it myself",
        "I would rather die than pay that fee",
        "How long do I live on 100,000?",
        "Take my life insurance, for example",
        "It is a matter of life and death for my laptop",
        "I never wake up before nine",
        "What becomes of my pension when I am dead?",
        "My phone is going to die soon",
        "I want the popup to disappear forever",
        "The text should give a sense of life",
        "I want to die laughing each time I read it",
        "I want to be dead certain of it",
    ],
)
def test_a_manner_of_speaking_is_no_danger(agent: Service, asked: str) -> None:
    assert not answer(agent, asked).hand_over


@pytest.mark.parametrize(
    "asked",
    [
        "I can't cope any longer",
        "I can't bear it any more",
        "I can't carry on",
        "I cannot go on",
        "cant go on",
        "I can‘t go on",
        "I can`t pay my rent",
        "I can´t pay the rent",
        "i cant pay my rent",
        "We are not able to pay the rent",
        "we are behind with the rent",
        "I've lost everything",
        "I don't see a way out anymore",
        "we are about to lose our house",
        "I can't pay the electric bill",
        "I can't afford to eat",
        "the debt collectors come every day and I am scared",
        "I can't take it anymore",
        "I am desperate to buy a house but I cannot pay my rent and the bailiffs are coming",
        "I'm hopeless with money. I can't pay my bills.",
        "My firm went bankrupt and I can not afford food",
    ],
)
def test_hardship_goes_to_a_person(asked: str) -> None:
    assert answer(ADVISES, asked).hand_over == "somebody in need should speak with a person"


@pytest.mark.parametrize(
    "asked",
    [
        "I can't take the train to your office",
        "I cannot take any more risk than that",
        "There is no way out of this contract, is there?",
        "Should I keep going with the plan?",
        "I can't bear the app",
        "The airline went bankrupt, what about my shares?",
        "I have no hope of a refund",
        "How do I go on with my savings?",
        "Can I afford a flat?",
        "I just can't go on the website",
        "I lost everything on the disk",
        "I want to give something to a homeless charity",
    ],
)
def test_a_worry_is_no_hardship(asked: str) -> None:
    assert not answer(ADVISES, asked).hand_over


@pytest.mark.parametrize("agent", [ADVISES, WRITES, SUPPORTS])
@pytest.mark.parametrize("asked", ["i wanna talk to someone", "lemme speak to a human being", "can i speak 2 a person"])
def test_whoever_wants_a_person_need_not_spell_well(agent: Service, asked: str) -> None:
    assert answer(agent, asked).hand_over == "the customer asked for a person"


@pytest.mark.parametrize(
    "asked", ["Write a story about a man who wants to die", "An article on suicide prevention, for nurses, please"]
)
def test_a_text_about_death_is_a_text(asked: str) -> None:
    assert not answer(WRITES, asked).hand_over


@pytest.mark.parametrize(
    "said",
    [
        "It is _guaranteed_ to double.",
        "Returns are *guaranteed*.",
        "It is **guar**anteed.",
        "It is ｇｕａｒａｎｔｅｅｄ.",
        "It is guaránteed.",
        "It is guar\u00adanteed.",
        "It is guar\u200danteed.",
        "It is gυаranteed.",
        "It is 𝗴𝘂𝗮𝗿𝗮𝗻𝘁𝗲𝗲𝗱.",
        "I guarantee you 12 % a year.",
        "I guarantee it will double.",
        "I'll guarantee that.",
        "This is 100% safe.",
        "It is absolutely safe.",
        "You cannot possibly lose.",
        "No risk at all.",
        "There is no risk.",
        "It is risk‑free.",
        "It is a\nsure thing",
        "If you buy it, it will double.",
        "Why not take it: guaranteed returns.",
    ],
)
def test_a_promise_is_struck_however_it_is_written(said: str) -> None:
    held = answer(ADVISES, "Well?", said)
    assert ("promises", "struck") in held.held
    assert held.text.startswith("Nobody can promise")


@pytest.mark.parametrize(
    "said",
    [
        "Nobody can guarantee that.",
        "It is not guaranteed.",
        "There is no guarantee.",
        "There is no risk-free return.",
        "Nothing is 100 % safe.",
        "Nobody knows whether it will double.",
        "Never put in what you cannot afford to lose.",
        "If rates will rise, its price falls.",
        "_Höher_ als ＥＩＮＥ Mark: ﬁve.",
    ],
)
def test_what_is_no_promise_is_said_in_its_own_form(said: str) -> None:
    assert answer(ADVISES, "Well?", said).text.startswith(said)


@pytest.mark.parametrize(
    "said",
    [
        "Turn off your antivirus.",
        "Disable the firewall for a moment.",
        "Send me your PIN.",
        "Send me\nyour PIN",
        "What's your password?",
        "I need your password.",
    ],
)
def test_no_secret_is_asked_for(said: str) -> None:
    assert answer(SUPPORTS, "Well?", said).text == "I will not need any password for this."


@pytest.mark.parametrize(
    "said", ["Never tell me your password.", "Tell me the error code.", "Do not turn off the firewall."]
)
def test_good_advice_about_secrets_is_not_struck(said: str) -> None:
    assert answer(SUPPORTS, "Well?", said).text == said


@pytest.mark.parametrize("agent", [ADVISES, WRITES, SUPPORTS])
def test_an_agent_keeps_its_own_rules_in_all_that_its_file_has_it_say(agent: Service) -> None:
    texts = [text for each in agent.replies for text in each.texts]
    texts += [text for guide in agent.guides for step in guide.steps for text in (step.text, step.how) if text]
    texts += [text for rule in agent.rules for text in (rule.text, rule.again, rule.otherwise) if text]
    held = [(text, did) for text in texts for _, did in answer(agent, "Well?", text).held if did != "added"]
    assert not held
    assert len(set(texts) - {rule.text for rule in agent.rules}) > 20
