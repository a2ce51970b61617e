"""Words: what people say, in their own voice, about what is there.

`speech` is the way in. `phrases` holds the sentences (`phrases.yaml`, and a pack's own lexicon), `matters` what there
is to speak of where two people stand, `mentions` how people, goods and deeds are spoken of.

A pack's `lexicon` adds sentences to a kind: `greeting`, `small`, `gossip`, `grudge`, `warm`, `cold`, `angry`, `sorry`,
`asking`, `plain`, `accuse`, `own_up`, `deny`, `settled`, `amend`, `forgive`, `made_up`, `mediate`, `reply`,
`reply_warm`, `reply_cold`, `reply_news`, `yield`. They are written as in `phrases.yaml`: `[one|another]` is a choice,
`{hearer}` a slot. The slots are {speaker}, {hearer}, {about}, {news}, {whom}, and those of `matters`; a sentence is
used where all its slots can be filled.
"""

from fabula.environments.world.words.mentions import mentioned
from fabula.environments.world.words.speech import speech

__all__ = ["mentioned", "speech"]
