"""The chronicle (provisional list of names; being replaced)."""

from fabula.chronicle.account import Account, Lexicon
from fabula.chronicle.account import Account as account_from_events
from fabula.chronicle.campaign_log import LogHeader, LogWriter, Problem, load_log, read_header, read_log
from fabula.chronicle.feed import feed_line
from fabula.chronicle.html import to_html
from fabula.chronicle.letters import visible
from fabula.chronicle.markdown import to_markdown
from fabula.chronicle.tell import tell

__all__ = [
    "Account",
    "Lexicon",
    "LogHeader",
    "LogWriter",
    "Problem",
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
