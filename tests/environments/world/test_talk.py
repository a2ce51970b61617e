"""Talk: people near one another speak by themselves, now and then, and gossip spreads by it."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from time import process_time

from tests.environments.world.worlds import Trial, a_person, a_setting

from fabula.environments.world.components import Intent
from fabula.environments.world.events import AnyEvent, MadeUp, Quarrelled, Said
from fabula.environments.world.hearsay import loss
from fabula.environments.world.society.contention import bone_of_contention
from fabula.environments.world.state import Person, Quarrel, Wrong
from fabula.environments.world.systems import society, talk
from fabula.environments.world.systems.talk import DAILY_MAX, PAIR_TICKS

TAVERN = ((10, 10), (11, 10), (12, 10), (10, 11), (11, 11), (12, 11))


def a_tavern(*people: object, **more: object) -> Trial:
    """People who sit in the tavern, awake and idle."""
    trial = Trial(a_setting(*people, **more))  # type: ignore[arg-type]
    for at, person in zip(TAVERN, trial.state.people, strict=False):
        trial.put(person.name, *at)
    return trial


def person(trial: Trial, name: str) -> Person:
    found = trial.state.person(name)
    assert found is not None
    return found


def evening(trial: Trial, *, ticks: int = 2000) -> list[AnyEvent]:
    """What is said when nothing else goes on."""
    events: list[AnyEvent] = []
    for _ in range(ticks):
        tick = trial.tick()
        talk.run(tick)
        society.run(tick)
        events += tick.events
        trial.state.tick += 1
    return events


def exchanged(events: Sequence[AnyEvent]) -> list[Said]:
    return [event for event in events if isinstance(event, Said)]


def test_people_who_sit_together_talk_and_are_less_lonely() -> None:
    trial = a_tavern(a_person("Ada"), a_person("Tom"))
    trial.state.lives.solitude[:2] = 500

    said = exchanged(evening(trial))

    assert {event.agent for event in said} == {"Ada", "Tom"}
    assert all(event.text and event.place == "the Crow" for event in said)
    assert max(trial.state.lives.solitude[:2]) < 500


def test_nobody_talks_to_a_sleeper_or_across_the_village() -> None:
    trial = a_tavern(a_person("Ada"), a_person("Tom"), a_person("Eve"))
    trial.state.lives.asleep[trial.row("Tom")] = 1
    trial.put("Eve", 0, 0)

    assert not exchanged(evening(trial))


def test_who_fights_does_not_talk() -> None:
    trial = a_tavern(a_person("Ada"), a_person("Tom"))
    trial.state.lives.intent[: trial.state.lives.count] = Intent.FIGHT

    assert not exchanged(evening(trial))


def test_people_speak_less_at_work() -> None:
    idle, busy = (a_tavern(a_person("Ada"), a_person("Tom"), a_person("Eve")) for _ in range(2))
    busy.state.lives.intent[: busy.state.lives.count] = Intent.WORK

    assert len(exchanged(evening(busy))) < len(exchanged(evening(idle)))


def test_nobody_chatters_all_day() -> None:
    trial = a_tavern(*[a_person(name) for name in ("Ada", "Tom", "Eve", "Bob", "Ivy", "Max")])

    said = exchanged(evening(trial, ticks=6000))

    spoken = Counter(event.agent for event in said)
    assert max(spoken.values()) <= 2 * DAILY_MAX
    for one in ("Ada", "Tom"):
        begun = [event for event in said if event.agent == one]
        assert all(first.text != second.text for first, second in pairwise(begun))


def test_two_do_not_speak_again_before_a_while() -> None:
    trial = a_tavern(a_person("Ada"), a_person("Tom"))

    said = exchanged(evening(trial, ticks=3000))

    assert len(said) <= 2 * (3000 // PAIR_TICKS + 1)


def test_gossip_goes_from_mouth_to_mouth() -> None:
    trial = a_tavern(*[a_person(name) for name in ("Ada", "Tom", "Eve")], a_person("Rafe", home="Kiln House"))
    trial.put("Rafe", 0, 0)
    wrong = Wrong(by="Rafe", to="Eve", what="taking 3 bread from Eve", worth=12, tick=0)
    person(trial, "Ada").wrongs.append(wrong)
    person(trial, "Ada").heard.append("Rafe was seen taking 3 bread from Eve")

    said = exchanged(evening(trial))

    told = [event for event in said if event.news]
    assert {(event.agent, event.to) for event in told} >= {("Ada", "Eve")}
    assert all(event.about == "Rafe" and "aking bread from" in event.text for event in told)
    assert person(trial, "Eve").wrongs[0].told_by
    assert person(trial, "Tom").wrongs
    assert not person(trial, "Rafe").wrongs


def test_nobody_is_talked_of_who_stands_by() -> None:
    trial = a_tavern(a_person("Ada"), a_person("Tom"), a_person("Rafe"))
    person(trial, "Ada").heard.append("Rafe quarrelled with Bob over a hat")

    assert not [event for event in exchanged(evening(trial)) if event.news]


def test_a_whisper_is_heard_by_nobody_else() -> None:
    trial = a_tavern(*[a_person(name) for name in ("Ada", "Tom", "Eve", "Rafe")])
    trial.put("Rafe", 0, 0)
    person(trial, "Ada").heard.append("Rafe quarrelled with Bob over a hat")

    told = [event for event in exchanged(evening(trial)) if event.news]

    assert told
    assert all(event.seen_by == tuple(sorted((event.agent, event.to))) for event in told)


def test_an_old_grudge_is_told_behind_its_back() -> None:
    trial = a_tavern(a_person("Ada", grudge="Rafe: the well that ran dry"), a_person("Tom"), a_person("Rafe"))
    trial.put("Rafe", 0, 0)

    said = exchanged(evening(trial, ticks=6000))

    assert any("well that ran dry" in event.text and event.about == "Rafe" for event in said)


def test_bad_blood_is_cold_or_worse_and_friends_are_warm() -> None:
    foes = a_tavern(a_person("Ada", bonds={"Tom": -80}), a_person("Tom", bonds={"Ada": -80}))
    friends = a_tavern(a_person("Ada", bonds={"Tom": 80}), a_person("Tom", bonds={"Ada": 80}))

    tones = {event.tone for event in exchanged(evening(foes))}
    kind = {event.tone for event in exchanged(evening(friends))}

    assert tones <= {"cold", "angry"}
    assert "warm" in kind
    assert not kind & {"cold", "angry"}


def test_two_who_cannot_stand_each_other_quarrel_in_the_end() -> None:
    hot = {"aggression": 1.0}
    trial = a_tavern(
        a_person("Ada", weights=hot, grudge="Tom: a hat"), a_person("Tom", weights=hot, grudge="Ada: the same hat")
    )

    events = evening(trial, ticks=6000)

    quarrels = [event for event in events if isinstance(event, Quarrelled)]
    assert 1 <= len(quarrels) <= 6
    assert {event.about for event in quarrels} <= {"a hat", "the same hat"}


def test_a_quarrel_that_has_cooled_is_made_up_by_gentle_people() -> None:
    gentle = {"compassion": 1.0, "aggression": 0.0}
    trial = a_tavern(a_person("Ada", weights=gentle), a_person("Tom", weights=gentle))
    for one, other in (("Ada", "Tom"), ("Tom", "Ada")):
        person(trial, one).quarrels = [Quarrel(whom=other, about="a hat", since=0, heat=40)]

    events = evening(trial, ticks=4000)

    assert len([event for event in events if isinstance(event, MadeUp)]) == 1
    assert not person(trial, "Ada").quarrels
    assert not person(trial, "Tom").quarrels


def test_the_same_seed_gives_the_same_talk() -> None:
    first, second = (exchanged(evening(a_tavern(a_person("Ada"), a_person("Tom")))) for _ in range(2))

    assert first == second


def test_two_hundred_people_talk_in_less_than_five_milliseconds_a_tick() -> None:
    trial = Trial(a_setting(*[a_person(f"P{number} Q{number}") for number in range(200)]))
    for number, one in enumerate(trial.state.people):
        trial.put(one.name, *TAVERN[number % len(TAVERN)])
    evening(trial, ticks=6)
    begun = process_time()
    evening(trial, ticks=120)
    assert (process_time() - begun) / 120 < 0.025


def reproaches(trial: Trial) -> set[str]:
    """What Ada could reproach Tom with."""
    tick = trial.tick()
    ada, tom = person(trial, "Ada"), person(trial, "Tom")
    draws = [tick.chance.stream("reproach", str(number)) for number in range(60)]
    return {bone_of_contention(tick, ada, tom, draw) for draw in draws}


def test_hard_words_are_about_something_that_is_there() -> None:
    trial = a_tavern(a_person("Ada"), a_person("Tom", work="the Market"), a_person("Eve"))
    assert reproaches(trial) == {""}
    person(trial, "Ada").wrongs = [Wrong(by="Tom", to="Eve", what="striking Eve", tick=0)]
    person(trial, "Ada").heard = [loss("3 bread", "the Crow", "Eve", "Tom"), "there is no bread left at the Market"]
    trial.state.stock[:] = 0
    assert reproaches(trial) == {
        "striking Eve",
        "taking 3 bread from the Crow",
        "there being no bread left at the Market",
    }
