"""Service agents: a personality, and the rules of a domain that hold whatever mind speaks. Both are data.

- `Service` and its parts (`form`): what a data file says
- `enforce`: what the agent is about to say, held to its rules (`enforcing`; `checking` for what must be known first,
  `guiding` for help step by step)
- `reply`: what it says where no model speaks (`replying`, `shortening`)
- `patterns`: how a rule says which words it is about (`grammar`: how it is written, `folding`: which words are the
  same, `automaton`: how they are found)

`fabula.environments.dialogue.service_speakers` reads data files: those that ship, and any other.

Rules are applied in the environment's step, behind every mind: they are part of what happens, replay and all.
"""

from fabula.environments.dialogue.service.enforcing import Enforced, enforce
from fabula.environments.dialogue.service.form import Service
from fabula.environments.dialogue.service.replying import reply

__all__ = ["Enforced", "Service", "enforce", "reply"]
