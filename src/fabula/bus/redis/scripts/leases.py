"""Scripts by which somebody holds what only one may have, and lets go of it."""

from fabula.bus.redis.scripts.script import Script

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
