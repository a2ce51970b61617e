"""Rhetoric: how speakers argue, answer, remember and take leave by rules, with no model.

`SpeakerRules` answers whatever a dialogue asks of one speaker. What is before it is a `matter`: the topic taken apart
(`topics`), what was said (`reading`, `marks`), the side it takes and the `grounds` it cares for. A turn is of moves
(`debating` with `reacting`, `advancing` and `ending`; `small_talk`; `chatting` and `questions`; `telling`; for what is
no speech `leading` and `settling`). Each is a sentence that the `grammar` grows from the templates in `words/` and from
the sheet turned into the first person (`life`, `first_person`), in the `voice` of who speaks (`composing`); what is
spoken of is named in full, in short or not at all (`filling`, `referring`).

Touches nothing but the agents' personas and the dialogue's own values.
"""

from fabula.environments.dialogue.rhetoric.speaker import SpeakerRules

__all__ = ["SpeakerRules"]
