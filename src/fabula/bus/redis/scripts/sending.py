"""Scripts by which messages come to their queues."""

from fabula.bus.redis.scripts.script import BURY_FUNCTION, LENGTH_FUNCTION, MAKE_FUNCTION, Script

DECLARE = Script(
    MAKE_FUNCTION
    + """
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return make(ARGV[2]) or 1
"""
)
"""KEYS: groups of the address. ARGV: group, queue."""

PUBLISH = Script(
    BURY_FUNCTION
    + LENGTH_FUNCTION
    + """
local sent = redis.call('HMGET', KEYS[1], 'number', 'fates')
if sent[1] == ARGV[2] then return {sent[2], 0} end
local prefix, queue_max, dead_max, reply_max = ARGV[1], tonumber(ARGV[3]), ARGV[4], tonumber(ARGV[5])
local alive_ms, reply_ms, nobody = ARGV[6], tonumber(ARGV[7]), ARGV[8]
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
    redis.call('PEXPIRE', key, math.max(reply_ms, redis.call('PTTL', prefix .. ':alive:' .. reply_to)))
    return 'k'
  end
  if needed then dropped = dropped + bury(prefix .. ':dead', dead_max, address, '', nobody, 1, body) end
  return 'd'
end
local function publish(kind, address, reply_to, first, last)
  local told = string.sub(kind, 2) == '+'
  kind = string.sub(kind, 1, 1)
  local found = queues[address] or look(address)
  local nobody_there, streams = #found == 0, {}
  for _, queue in ipairs(found) do streams[#streams + 1] = queue .. lanes[kind] end
  if nobody_there and not string.find('HNL', kind, 1, true) then
    for place = first, last do fates[#fates + 1] = 'n' end
    return
  end
  local call, hears, left = redis.call, heard[address] and not told and prefix .. ':heard:' .. address, room[address]
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
kept at least, cause for those nobody waits for; then, again and again: kind (first letter of the priority, upper case
if it may go unheard, with `+` behind it if listeners were told before; `r`: a response, `o`: one that is dropped if
nobody waits for it), address, reply_to, number of messages, their bodies. Returns the fates, a letter each (k: kept, n:
no group is there, f: full, d: nobody waits for it), and how many dead letters were dropped. Once an address is full the
rest for it is refused too, so that order is kept.
"""
