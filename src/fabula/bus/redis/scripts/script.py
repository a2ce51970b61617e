"""What a script is, and the functions that several of them begin with."""

import hashlib
from typing import Final

from fabula.bus.redis.keys import GROUP


class Script:
    """A script and the hash by which the server knows it."""

    def __init__(self, text: str) -> None:
        self.text: Final = text.replace("GROUP_NAME", f"'{GROUP}'")
        # SHA-1 is how Redis names scripts; nothing is kept safe by it.
        self.sha: Final = hashlib.sha1(self.text.encode(), usedforsecurity=False).hexdigest()


BURY_FUNCTION = """
local function bury(key, most, address, group, cause, tries, body)
  redis.call('XADD', key, '*', 'address', address, 'group', group, 'cause', cause, 'tries', tries, 'body', body)
  return redis.call('XTRIM', key, 'MAXLEN', most)
end
"""
"""Put something among the dead letters; returns how many were dropped for it."""

MAKE_FUNCTION = """
local function make(queue)
  for _, lane in ipairs({':high', ':normal', ':low'}) do
    local made = redis.pcall('XGROUP', 'CREATE', queue .. lane, GROUP_NAME, '0', 'MKSTREAM')
    if type(made) == 'table' and made.err and not string.find(made.err, 'BUSYGROUP', 1, true) then
      return made
    end
  end
end
"""
"""Make the streams of a queue; returns what went wrong, or nil."""

LENGTH_FUNCTION = """
local function length(queue)
  return redis.call('XLEN', queue .. ':high') + redis.call('XLEN', queue .. ':normal')
    + redis.call('XLEN', queue .. ':low')
end
"""
"""How many entries are in a queue."""

READ_FUNCTION = """
local function read(fields)
  if #fields == 2 and fields[1] == 'm' then return fields[2] end
  local body, reply_to
  for i = 1, #fields, 2 do
    if fields[i] == 'm' then body = fields[i + 1] elseif fields[i] == 'r' then reply_to = fields[i + 1] end
  end
  return body or table.concat(fields, ' '), reply_to
end
"""
"""The body of an entry, and reply_to if there is one."""
