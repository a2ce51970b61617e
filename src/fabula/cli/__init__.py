"""The command line: `fabula play`, and everything one can do with a run, a pack or a character afterwards.

`main` is the program. Each module holds the commands of one kind; `terminal` is the only place that prints. People's
output
goes to standard output, or to standard error when `--json` is given; then the last line of standard output is one JSON
object. Exit codes: 0 done, 1 the run or the check failed, 2 the call was wrong, 130 left by Ctrl-C.

May touch: every room, through `fabula.app` where parts must be joined.
"""

from fabula.cli.program import main

__all__ = ["main"]
