"""What runs inside Redis: each script does in one step what must not be half done.

A queue is three streams (`QUEUE:high`, `:normal`, `:low`), each with one consumer group. An entry leaves its stream
when it is acknowledged, so a stream's length is what waits or is being handled. Scripts reach keys that are not
declared to them (the queues of an address are known only inside), so the server must be no Redis Cluster.
"""

import hashlib
from typing import Final

from fabula.bus.redis.keys import GROUP


class Script:
    """A script and the hash by which the server knows it."""

    def __init__(self, text: str) -> None:
        self.text: Final = text.replace("GROUP_NAME", f"'{GROUP}'")
        # SHA-1 is how Redis names scripts; nothing is kept safe by it.
        self.sha: Final = hashlib.sha1(self.text.encode(), usedforsecurity=False).hexdigest()


_BURY = """
local function bury(key, most, address, group, cause, tries, body)
  redis.call('XADD', key, '*', 'address', address, 'group', group, 'cause', cause, 'tries', tries, 'body', body)
  return redis.call('XTRIM', key, 'MAXLEN', most)
end
"""

_GROUP = """
local function make(queue)
  for _, lane in ipairs({':high', ':normal', ':low'}) do
    local made = redis.pcall('XGROUP', 'CREATE', queue .. lane, GROUP_NAME, '0', 'MKSTREAM')
    if type(made) == 'table' and made.err and not string.find(made.err, 'BUSYGROUP', 1, true) then
      return made
    end
  end
end
"""

_ROOM = """
local function length(queue)
  return redis.call('XLEN', queue .. ':high') + redis.call('XLEN', queue .. ':normal')
    + redis.call('XLEN', queue .. ':low')
end
"""

_READ = """
local function read(fields)
  if #fields == 2 and fields[1] == 'm' then return fields[2] end
  local body, reply_to
  for i = 1, #fields, 2 do
    if fields[i] == 'm' then body = fields[i + 1] elseif fields[i] == 'r' then reply_to = fields[i + 1] end
  end
  return body or table.concat(fields, ' '), reply_to
end
"""

DECLARE = Script(
    _GROUP
    + """
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return make(ARGV[2]) or 1
"""
)
"""KEYS: groups of the address. ARGV: group, queue."""

PUBLISH = Script(
    _BURY
    + _ROOM
    + """
local sent = redis.call('HMGET', KEYS[1], 'number', 'fates')
if sent[1] == ARGV[2] then return {sent[2], 0} end
local prefix, queue_max, dead_max, reply_max = ARGV[1], tonumber(ARGV[3]), ARGV[4], tonumber(ARGV[5])
local alive_ms, reply_ms, nobody = ARGV[6], ARGV[7], ARGV[8]
local lanes = {h = ':high', n = ':normal', l = ':low', H = ':high', N = ':normal', L = ':low'}
local queues, room, heard, fates, dropped = {}, {}, {}, {}, 0
local function look(address)
  local found = redis.call('HVALS', prefix .. ':groups:' .. address)
  table.sort(found)
  local longest = 0
  for _, queue in ipairs(found) do longest = math.max(longest, length(queue)) end
  queues[address] = found
  room[address] = queue_max - longest
  heard[address] = redis.call('PUBSUB', 'NUMSUB', prefix .. ':heard:' .. address)[2] > 0
  return found
end
local function answer(address, reply_to, body, needed)
  local key = prefix .. ':reply:' .. reply_to
  if redis.call('EXISTS', prefix .. ':alive:' .. reply_to) == 1 and redis.call('XLEN', key) < reply_max then
    redis.call('XADD', key, '*', 'm', body)
    redis.call('PEXPIRE', key, reply_ms)
    return 'k'
  end
  if needed then dropped = dropped + bury(prefix .. ':dead', dead_max, address, '', nobody, 1, body) end
  return 'd'
end
local function publish(kind, address, reply_to, first, last)
  local found = queues[address] or look(address)
  local nobody_there, streams = #found == 0, {}
  for _, queue in ipairs(found) do streams[#streams + 1] = queue .. lanes[kind] end
  if nobody_there and not string.find('HNL', kind, 1, true) then
    for place = first, last do fates[#fates + 1] = 'n' end
    return
  end
  local call, hears, left = redis.call, heard[address] and prefix .. ':heard:' .. address, room[address]
  for place = first, last do
    if left < 1 then
      fates[#fates + 1] = 'f'
    else
      local body = ARGV[place]
      for _, stream in ipairs(streams) do
        if reply_to == '' then
          call('XADD', stream, '*', 'm', body)
        else
          call('XADD', stream, '*', 'm', body, 'r', reply_to)
        end
      end
      if hears then call('PUBLISH', hears, body) end
      if not nobody_there then left = left - 1 end
      fates[#fates + 1] = nobody_there and 'n' or 'k'
    end
  end
  room[address] = left
  if reply_to ~= '' then call('SET', prefix .. ':alive:' .. reply_to, reply_to, 'PX', alive_ms) end
end
local i = 9
while i < #ARGV do
  local kind, address, reply_to, last = ARGV[i], ARGV[i + 1], ARGV[i + 2], i + 3 + tonumber(ARGV[i + 3])
  if kind == 'r' or kind == 'o' then
    for place = i + 4, last do fates[#fates + 1] = answer(address, reply_to, ARGV[place], kind == 'r') end
  else
    publish(kind, address, reply_to, i + 4, last)
  end
  i = last + 1
end
fates = table.concat(fates)
redis.call('HSET', KEYS[1], 'number', ARGV[2], 'fates', fates)
redis.call('PEXPIRE', KEYS[1], 600000)
return {fates, dropped}
"""
)
"""A batch of messages, once however often it is sent. KEYS: what the publisher sent last. ARGV: prefix, number of the
batch, queue_max, dead_max, most unread responses, ms for which an asker counts as there, ms for which responses are
kept, cause for those nobody waits for; then, again and again: kind (first letter of the priority, upper case if it may
go unheard; `r`: a response, `o`: one that is dropped if nobody waits for it), address, reply_to, number of messages,
their bodies. Returns the fates, a letter each (k: kept, n: no group is there, f: full, d: nobody waits for it), and how
many dead letters were dropped. Once an address is full the rest for it is refused too, so that order is kept.
"""

FETCH = Script(
    _READ
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
    _READ
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

GIVE_UP = Script(
    _BURY
    + _READ
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

BURY = Script(_BURY + "return bury(KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6])")
"""A dead letter of something that lies in no stream. KEYS: dead letters. ARGV: dead_max, address, group, cause, tries,
body. Returns how many letters were dropped.
"""

HOLD = Script(
    """
local who = redis.call('GET', KEYS[1])
if who and who ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""
)
"""Take or renew a lease. KEYS: lease. ARGV: consumer, ms. Returns 0 if it is somebody else's."""

LEAVE = Script(
    """
if redis.call('GET', KEYS[1]) == ARGV[1] then
  for i = 2, #ARGV, 3 do redis.call('HSET', ARGV[i] .. ':tries', ARGV[i + 1], ARGV[i + 2]) end
  redis.call('DEL', KEYS[1])
end
for lane = 2, 4 do
  local pending = redis.pcall('XPENDING', KEYS[lane], GROUP_NAME, '-', '+', 1, ARGV[1])
  if not pending.err and #pending == 0 then
    redis.pcall('XGROUP', 'DELCONSUMER', KEYS[lane], GROUP_NAME, ARGV[1])
  end
end
return 1
"""
)
"""Let go: whatever is pending with us is free for others at once. KEYS: lease, three streams. ARGV: consumer; then of
each entry of which we know how many attempts were begun: stream, id, attempts.
"""

REDRIVE = Script(
    _GROUP
    + _ROOM
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
