"""Scripts by which dead letters come and go."""

from fabula.bus.redis.scripts.script import BURY_FUNCTION, LENGTH_FUNCTION, MAKE_FUNCTION, READ_FUNCTION, Script

GIVE_UP = Script(
    BURY_FUNCTION
    + READ_FUNCTION
    + """
local stream, id, tries = ARGV[2], ARGV[3], ARGV[2] .. ':tries'
local body = ARGV[8]
local kept = redis.call('XRANGE', stream, id, id)
if #kept > 0 then
  body = read(kept[1][2])
else
  -- Either this was done before, or the server lost the stream, which then has not come as far again.
  local info = redis.pcall('XINFO', 'STREAM', stream)
  local last = '0-0'
  if not info.err then
    for i = 1, #info, 2 do if info[i] == 'last-generated-id' then last = info[i + 1] end end
  end
  local ms, number = string.match(last, '(%d+)-(%d+)')
  local own_ms, own_number = string.match(id, '(%d+)-(%d+)')
  ms, number, own_ms, own_number = tonumber(ms), tonumber(number), tonumber(own_ms), tonumber(own_number)
  if ms > own_ms or (ms == own_ms and number >= own_number) then return 0 end
end
local dropped = bury(KEYS[1], ARGV[1], ARGV[4], ARGV[5], ARGV[6], ARGV[7], body)
redis.pcall('XACK', stream, GROUP_NAME, id)
redis.call('XDEL', stream, id)
redis.call('HDEL', tries, id)
return dropped
"""
)
"""An entry becomes a dead letter, once. KEYS: dead letters. ARGV: dead_max, stream, id, address, group, cause, tries,
and a body should the server have lost it. Returns how many letters were dropped.
"""

BURY = Script(BURY_FUNCTION + "return bury(KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6])")
"""A dead letter of something that lies in no stream. KEYS: dead letters. ARGV: dead_max, address, group, cause, tries,
body. Returns how many letters were dropped.
"""

LETTERS = Script(
    """
local ids = {}
for _, entry in ipairs(redis.call('XREVRANGE', KEYS[1], ARGV[1], '-', 'COUNT', ARGV[2])) do ids[#ids + 1] = entry[1] end
return ids
"""
)
"""The ids of dead letters, the latest first. KEYS: dead letters. ARGV: from which id on, most."""

REDRIVE = Script(
    MAKE_FUNCTION
    + LENGTH_FUNCTION
    + """
if #redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1]) == 0 then return 'gone' end
if length(ARGV[3]) >= tonumber(ARGV[6]) then return 'full' end
redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
local wrong = make(ARGV[3])
if wrong then return wrong end
redis.call('XADD', ARGV[3] .. ARGV[4], '*', 'm', ARGV[5])
redis.call('XDEL', KEYS[1], ARGV[1])
return 'sent'
"""
)
"""A dead letter goes to its group again. KEYS: dead letters, groups of the address. ARGV: letter, group, queue, `:` and
priority, body, queue_max. Returns `sent`, `gone` or `full`.
"""
