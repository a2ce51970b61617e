"""Rhetoric: how speakers argue, answer, remember and take leave by rules, with no model.

`SpeakerRules` answers whatever a dialogue asks of one speaker. What is before it is a `matter`: the topic taken apart
(`topic`), what was said (`reading`, `marks`), the side it takes and the `grounds` it cares for. A turn is made of moves
(`debating`, `small_talk`, `chatting`, `telling`; `leading` and `settling` for what is no speech), each a sentence grown by
the `grammar` from the templates in `words/` and from the sheet turned into the first person (`life`, `first_person`), in
the `voice` of who speaks (`composing`).

Touches nothing but the agents' personas and the dialogue's own values.
"""

from fabula.environments.dialogue.rhetoric.speaker import SpeakerRules

__all__ = ["SpeakerRules"]
