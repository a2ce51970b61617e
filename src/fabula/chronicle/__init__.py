"""The chronicle: what happened, written down as it happens, and told afterwards so that people enjoy it.

**The campaign log** (`LogWriter`, `read_log`, `load_log`, `read_header`) is structured Markdown, one line an event,
written as the run goes. It reads back into equal events, also after a person has edited it; what cannot be read is
reported by line (`Problem`).

**The story**: `account_from_events` gathers what the events say (who was where, who did what to whom, what each
believed, how clocks and sides moved), `tell` makes a `Story` of it in one of the `STYLES`, `to_markdown` and
`to_html` make pages of that.

    account = account_from_events(events, lexicon=setting.lexicon)
    story = tell(account, style="plain")
    page = to_html(story)

Every sentence of a story says which events it rests on, and rests on nothing else; equal events give equal words,
wherever they were read from; no sentence stands twice in a story. The way a story is made, file by file:

    account, beats       deeds with their consequences, and what was so at every moment
    salience, segments   what matters, and where chapters break
    facts, consequences, history, terms, clauses    what templates may say of a deed
    grammar, telling, names, wording    templates and choices, names and pronouns, nothing said twice
    staging, landscape, sides, endings  what a chapter is built of
    voices/, words, lexicon/    the four voices with their templates; stock phrases by style
    markdown, html, pages       the pages
    polish/, polished   a model goes over the words, if one is asked to; loaded only then

`feed_line` is the one line a spectator reads of an event while it happens.

It may use the room `fabula.environments` (the campaign's events and styles), `fabula.engine.values` and
`fabula.engine.chance`, and `fabula.errors`; `polish/` also `fabula.agents.prompts` and `fabula.llm`.
"""

from fabula.chronicle.account import Account, Lexicon, account_from_events
from fabula.chronicle.campaign_log import LogHeader, LogWriter, Problem, load_log, read_header, read_log
from fabula.chronicle.feed import feed_line
from fabula.chronicle.html import to_html
from fabula.chronicle.letters import visible
from fabula.chronicle.markdown import to_markdown
from fabula.chronicle.polished import Polished
from fabula.chronicle.story import Sentence, Story
from fabula.chronicle.tell import tell
from fabula.chronicle.voices import STYLES

__all__ = [
    "STYLES",
    "Account",
    "Lexicon",
    "LogHeader",
    "LogWriter",
    "Polished",
    "Problem",
    "Sentence",
    "Story",
    "account_from_events",
    "feed_line",
    "load_log",
    "read_header",
    "read_log",
    "tell",
    "to_html",
    "to_markdown",
    "visible",
]
