"""Polish: a told story whose words a model goes over, and nothing but its words.

`polish` asks for a few paragraphs at a time and puts a new one in the place of the old only where it is faithful, which
code judges and no model (`faithful`): no other names, numbers, wounds, deaths or quoted words, the same order, no
markup. All else stays as it was told, also where no model answers. A polished sentence rests on the events on which its
paragraph rested, so the story can still be traced.

Loads the language of prompts and the reading of replies: import it only where a model is asked.
May touch: the rest of `fabula.chronicle`, `fabula.agents.prompts`, and of `fabula.llm` its values and replies.
"""

from fabula.chronicle.polish.draft import Draft, Progress
from fabula.chronicle.polish.faithful import World, fault, world_of
from fabula.chronicle.polish.polishing import Ask, polish

__all__ = ["Ask", "Draft", "Progress", "World", "fault", "polish", "world_of"]
