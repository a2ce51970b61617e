"""Secrets hold: nobody's memory, recollections or outlook has a word of a secret before somebody told it, or it saw it.

The watch is in tests/environments/campaign/secrets.py, so that prompts and an agent's words can be searched as well.
"""

from collections.abc import Iterable, Iterator

import pytest
from tests.environments.campaign.mill import the_mill
from tests.environments.campaign.remembering import Step, memories_of, shipped, step_by_rules
from tests.environments.campaign.secrets import SecretWatch, texts_in
from tests.environments.campaign.table import Table, a_setting, someone

from fabula.agents.memory.memories import Memories
from fabula.agents.memory.why import why
from fabula.engine.values import AgentId
from fabula.environments.campaign.actions import Talk
from fabula.environments.campaign.events import Learned, Spoke
from fabula.environments.campaign.setting import Secret

RUNS = [(pack, seed) for pack, seeds in (("ashfall", 6), ("harbour", 6), ("mill", 2)) for seed in range(seeds)]
SETTINGS = {"ashfall": shipped("ashfall"), "harbour": shipped("harbour"), "mill": the_mill()}


@pytest.mark.parametrize(("pack", "seed"), RUNS)
def test_nobody_holds_a_secret_that_has_not_come_to_it(pack: str, seed: int) -> None:
    setting = SETTINGS[pack]
    table, watch, memories = Table(setting, seed=seed), SecretWatch(setting), memories_of(setting)
    learned = 0
    while table.state.ended is None:
        for asked in table.campaign.observe(table.state):
            if asked.agent in table.state.agents:
                texts = texts_in(asked.perceives, asked.events, [option.action for option in asked.options])
                assert watch.leaks(asked.agent, texts) == []
        step = step_by_rules(table)
        watch.heed(step.events)
        learned += sum(isinstance(event, Learned) for event in step.events)
        memories.follow(step)
        if step.step % 4 == 3:
            assert list(_leaks(watch, memories)) == []
    assert list(_leaks(watch, memories, queries=[secret.name for secret in setting.secrets])) == []
    assert learned, "nothing was ever told or found: this shows nothing"


def _leaks(watch: SecretWatch, memories: Memories, *, queries: Iterable[str] = ()) -> Iterator[str]:
    """What stands in anybody's memory, or comes to anybody's mind at these words, that it cannot know."""
    for agent in memories.agents:
        memory = memories.of(agent)
        texts = texts_in(memory.view())
        for query in queries:
            texts += [found.entry.text for found in memory.recall(query, turn=99, most=5)]
        yield from watch.leaks(agent, texts)


def test_why_gives_nothing_away_that_the_agent_does_not_remember() -> None:
    setting = SETTINGS["harbour"]
    table, watch, memories = Table(setting, seed=2), SecretWatch(setting), memories_of(setting)
    while table.state.ended is None:
        step = step_by_rules(table)
        watch.heed(step.events)
        memories.follow(step)
    assert memories.witnesses is not None
    for agent in memories.agents:
        for secret in setting.secrets:
            if secret.name not in memories.of(agent).beliefs:
                answer = why(memories.witnesses, agent, secret.truth)
                assert watch.leaks(agent, [*answer.nearest, *(link.text for link in answer.links)]) == []


CODES = Secret(
    name="the lantern codes",
    truth="Edda sold the lantern codes to the press gang for a boat.",
    twisted=("Tom gave the lantern codes away to the press gang in his cups.",),
)


def a_room_with_a_secret() -> Table:
    """Edda knows it; Tom and Ada do not."""
    people = someone("Edda", "Hall", knows=(CODES.name,)), someone("Tom", "Hall"), someone("Ada", "Hall")
    return Table(a_setting({"Hall": "Yard", "Yard": "Hall"}, *people, secrets=(CODES,)))


@pytest.mark.parametrize("aloud", [False, True])
def test_a_secret_that_is_told_comes_to_those_who_hear_it_and_to_nobody_else(aloud: bool) -> None:
    table = a_room_with_a_secret()
    happened = table.deed("Edda", Talk(to="Tom", about=CODES.name, aloud=aloud))
    hearers = {event.agent for event in happened if isinstance(event, Learned)}
    assert hearers == ({"Tom", "Ada"} if aloud else {"Tom"})
    setting = table.campaign.setting
    watch, memories = SecretWatch(setting), memories_of(setting)
    memories.follow(Step(0, (), tuple(table.events)))
    heard = next(event.text for event in table.events if isinstance(event, Learned))
    for name in ("Tom", "Ada"):
        knows = any(heard in text for text in texts_in(memories.of(AgentId(name)).view()))
        assert knows == (name in hearers)
    watch.heed(table.events)
    assert list(_leaks(watch, memories, queries=[CODES.name])) == []


def test_the_watch_finds_a_leak() -> None:
    table = a_room_with_a_secret()
    watch = SecretWatch(table.campaign.setting)
    for text in (CODES.truth, "they say that edda SOLD the lantern-codes to the gang", f"x {CODES.twisted[0]} y"):
        assert watch.leaks("Tom", [text])
    assert watch.leaks("Edda", [CODES.truth]) == []
    assert watch.leaks("Edda", [CODES.twisted[0]]) == [CODES.twisted[0]]
    watch.heed([Spoke(agent="Edda", to="Tom", place="Hall", text=f"Well: {CODES.truth}", seen_by=(AgentId("Tom"),))])
    assert watch.leaks("Tom", [CODES.truth]) == []
    assert watch.leaks("Ada", [CODES.truth]) == [CODES.truth]
