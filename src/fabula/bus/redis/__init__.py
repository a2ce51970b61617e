"""The bus on Redis Streams: `RedisBus`.

- `keys` says where things lie, `scripts` what is done inside the server in one step, `server` how it is asked.
- Sending: `writer` (batches, in order, once) with `outgoing`, `held` (what waits for room) and `groups` (what is made
  anew); `replies` (responses to whoever asks).
- Getting: `subscription` (who is active, who stands by), `shift` (reading and handing over while active), `handed`,
  `reading`, `acknowledging`; `hearing` for listeners.
- `letters`: dead letters.

Needs the extra `redis`; imported only when such a bus is opened.
"""

from fabula.bus.redis.bus import RedisBus

__all__ = ["RedisBus"]
