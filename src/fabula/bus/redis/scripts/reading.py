"""Scripts by which entries are handed out and done with."""

from fabula.bus.redis.scripts.script import READ_FUNCTION, Script

FETCH = Script(
    READ_FUNCTION
    + """
if redis.call('GET', KEYS[4]) ~= ARGV[1] then return false end
local counts, out, left, bytes = {0, 0, 0}, {''}, tonumber(ARGV[2]), tonumber(ARGV[3])
for lane = 1, 3 do
  while left > 0 and bytes > 0 do
    local most = math.min(left, 32)
    local got = redis.call('XREADGROUP', 'GROUP', GROUP_NAME, ARGV[1], 'COUNT', most, 'STREAMS', KEYS[lane], '>')
    if not got then break end
    got = got[1][2]
    for _, entry in ipairs(got) do
      local body, reply_to = read(entry[2])
      local head = reply_to and (entry[1] .. ' ' .. reply_to) or entry[1]
      out[#out + 1] = struct.pack('>II', #head, #body)
      out[#out + 1] = head
      out[#out + 1] = body
      bytes = bytes - #body
    end
    counts[lane] = counts[lane] + #got
    left = left - #got
    if #got < most then break end
  end
end
out[1] = struct.pack('>III', counts[1], counts[2], counts[3])
return table.concat(out)
"""
)
"""What is new, high first, if the lease is ours. KEYS: three streams, lease. ARGV: consumer, most entries, bytes after
which no more are begun. Returns nil if the lease is not ours; else one string, since a client reads that much quicker
than many: the numbers of high, normal and low entries, then for each entry the lengths of what follows, its id (a
blank, and reply_to, if there is one), and its body. Numbers are four bytes, big end first.
"""

CLAIM = Script(
    READ_FUNCTION
    + """
if redis.call('GET', KEYS[3]) ~= ARGV[1] then return false end
local me, all, mine, prefix = ARGV[1], ARGV[2] == '1', ARGV[3] == '1', ARGV[4]
local gone = {}
local function left(who)
  if who == me then return mine end
  if all then return true end
  if gone[who] == nil then gone[who] = redis.call('EXISTS', prefix .. ':alive:' .. who) == 0 end
  return gone[who]
end
if ARGV[5] == '-' then
  for _, consumer in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], GROUP_NAME)) do
    local who, pending = consumer[2], consumer[4]
    if pending == 0 and who ~= me and left(who) then
      redis.call('XGROUP', 'DELCONSUMER', KEYS[1], GROUP_NAME, who)
    end
  end
end
local pending = redis.call('XPENDING', KEYS[1], GROUP_NAME, ARGV[5], '+', ARGV[6])
local ids, out = {}, {''}
for _, entry in ipairs(pending) do
  if left(entry[2]) then ids[#ids + 1] = entry[1] end
end
if #pending == tonumber(ARGV[6]) then out[1] = '(' .. pending[#pending][1] end
if #ids == 0 then return out end
for _, entry in ipairs(redis.call('XCLAIM', KEYS[1], GROUP_NAME, me, 0, unpack(ids))) do
  if entry and entry[2] then
    local body, reply_to = read(entry[2])
    out[#out + 1] = reply_to and (entry[1] .. ' ' .. reply_to) or entry[1]
    out[#out + 1] = redis.call('HGET', KEYS[2], entry[1]) or ''
    out[#out + 1] = body
  end
end
return out
"""
)
"""What others left behind, if the lease is ours. KEYS: stream, its tries, lease. ARGV: consumer, 1: from everybody (0:
from consumers that are gone), 1: what is our own as well, prefix, from which id on (`-`: the first), most entries.
Returns nil if the lease is not ours; else from where to go on (empty: that was all), then for each entry its id (a
blank, and reply_to), the attempts that were begun (empty: nothing was noted) and its body. Consumers that are gone and
left nothing are forgotten.
"""

ACKNOWLEDGE = Script(
    """
local i = 1
while i < #ARGV do
  local stream, last = ARGV[i], i + 1 + tonumber(ARGV[i + 1])
  redis.call('XACK', stream, GROUP_NAME, unpack(ARGV, i + 2, last))
  redis.call('XDEL', stream, unpack(ARGV, i + 2, last))
  local tries = stream .. ':tries'
  if redis.call('EXISTS', tries) == 1 then redis.call('HDEL', tries, unpack(ARGV, i + 2, last)) end
  i = last + 1
end
return 1
"""
)
"""These are done with. ARGV, again and again: stream, number of entries, their ids."""
