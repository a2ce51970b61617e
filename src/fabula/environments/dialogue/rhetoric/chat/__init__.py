"""Chat: a speaker by rules with a person, who says whatever comes to mind.

What the person says is read (`hearing`) and kept (`memory`); the answer comes out of the sheet (`sheet`, by what is
near: `nearness`), of what it holds dear (`holding`), and of the words in `words/chat_*.txt`. `talking` plans it: a
courtesy, an answer to what was asked (`answering`, `of_itself`, `of_others`, `advising`), something to what was told
(`taking_up`). `composing` sees to it that nothing is said twice, and no template while there is another.
"""

from fabula.environments.dialogue.rhetoric.chat.talking import reply

__all__ = ["reply"]
