"""What a keeper can tell a dialogue, besides what every run understands."""

from fabula.engine.values import Command, KernelCommand


class Finish(Command):
    """End the dialogue because its time is up: clocks are read outside, and what they said is recorded."""

    why: str = ""


DialogueCommand = KernelCommand | Finish
