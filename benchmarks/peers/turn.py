"""Turns of many agents in another framework, for the interpreter that has it: `turn.py NAME`.

It prints the framework's version, then answers each line `AGENTS LATENCY_MS TURNS` of standard input with the seconds
of as many turns, a line of JSON; one more goes before that is not counted. Each agent is asked once a turn, and its
model is a wait of LATENCY_MS, awaited where the framework awaits models and slept where it calls them from threads.
Nothing is kept. It imports nothing of Fabula: it runs in an environment of its own.
"""

# ruff: noqa: PLC0415 - each framework is imported only by the part that plays with it

import asyncio
import json
import operator
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from typing import Annotated, Any, TypedDict


def langgraph(agents: int, latency_s: float, turns: int) -> Iterator[float]:
    """A graph whose first node sends one message to each agent; their answers are added up in the state."""
    from langgraph.graph import END, START, StateGraph
    from langgraph.types import Send

    class Turn(TypedDict):
        answers: Annotated[list[str], operator.add]

    async def decide(asked: dict[str, str]) -> dict[str, list[str]]:
        await asyncio.sleep(latency_s)
        return {"answers": [f"{asked['agent']} waits"]}

    graph = StateGraph(Turn)
    graph.add_node("decide", decide)
    graph.add_conditional_edges(
        START, lambda _: [Send("decide", {"agent": f"agent {number}"}) for number in range(agents)], ["decide"]
    )
    graph.add_edge("decide", END)
    compiled = graph.compile()

    async def turn() -> None:
        state = await compiled.ainvoke({"answers": []}, {"max_concurrency": agents})
        assert len(state["answers"]) == agents

    yield from _timed(turn, turns)


def autogen(agents: int, latency_s: float, turns: int) -> Iterator[float]:
    """Agents of the core's in-process runtime, each sent a message and awaited together."""
    from autogen_core import AgentId, MessageContext, RoutedAgent, SingleThreadedAgentRuntime, message_handler

    @dataclass
    class Question:
        agent: str

    @dataclass
    class Answer:
        text: str

    class Decider(RoutedAgent):
        @message_handler
        async def decide(self, message: Question, ctx: MessageContext) -> Answer:
            await asyncio.sleep(latency_s)
            return Answer(f"{message.agent} waits")

    async def measured() -> list[float]:
        runtime = SingleThreadedAgentRuntime()
        await Decider.register(runtime, "decider", lambda: Decider("decides"))
        runtime.start()
        seconds = []
        for _ in range(turns):
            began_s = time.perf_counter()
            names = [f"agent-{number}" for number in range(agents)]
            sent = [runtime.send_message(Question(name), AgentId("decider", name)) for name in names]
            assert len(await asyncio.gather(*sent)) == agents
            seconds.append(time.perf_counter() - began_s)
        await runtime.stop()
        return seconds

    yield from asyncio.run(measured())


def concordia(agents: int, latency_s: float, turns: int) -> Iterator[float]:
    """Entities whose acting component asks a model, all at once on threads, as its simultaneous engine has them act."""
    from concordia.agents import entity_agent
    from concordia.components.agent import concat_act_component
    from concordia.language_model import no_language_model
    from concordia.typing import entity as entity_lib
    from concordia.utils import concurrency

    class Slow(no_language_model.NoLanguageModel):
        def sample_text(self, prompt: str, **settings: Any) -> str:
            time.sleep(latency_s)
            return "waits"

    entities = [
        entity_agent.EntityAgent(
            agent_name=f"agent {number}", act_component=concat_act_component.ConcatActComponent(model=Slow())
        )
        for number in range(agents)
    ]
    question = entity_lib.free_action_spec(call_to_action="What does {name} do?")
    for _ in range(turns):
        began_s = time.perf_counter()
        tasks = {str(number): lambda one=one: one.act(question) for number, one in enumerate(entities)}
        assert len(concurrency.run_tasks(tasks)) == agents
        yield time.perf_counter() - began_s


def _timed(turn: Any, turns: int) -> list[float]:
    async def measured() -> list[float]:
        seconds = []
        for _ in range(turns):
            began_s = time.perf_counter()
            await turn()
            seconds.append(time.perf_counter() - began_s)
        return seconds

    return asyncio.run(measured())


PEERS = {
    "langgraph": (langgraph, "langgraph"),
    "autogen": (autogen, "autogen-core"),
    "concordia": (concordia, "gdm-concordia"),
}

if __name__ == "__main__":
    play, distribution = PEERS[sys.argv[1]]
    print(version(distribution), flush=True)
    for line in sys.stdin:
        agents, latency_ms, turns = map(int, line.split())
        _, *seconds = play(agents, latency_ms / 1000, 1 + turns)
        print(json.dumps(seconds), flush=True)
