"""Runs a command and writes, as the last line, the most memory it held, in bytes.

A small program of its own, because a system may count towards a process what its parent held when it started it: a
child of the benchmarks would begin with the size of the benchmarks.
"""

import os
import sys

command = sys.argv[1:]
pid = os.posix_spawn(command[0], command, os.environ)
_, status, usage = os.wait4(pid, 0)
if code := os.waitstatus_to_exitcode(status):
    sys.exit(f"{command[:4]} ended with {code}")
# In bytes on macOS, in KiB elsewhere: getrusage(2).
print(usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024))
