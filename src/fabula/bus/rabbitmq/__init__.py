"""The bus on RabbitMQ: `RabbitBus`.

Names and what there is on the server stand in names.py and topology.py, the connection in link.py and channel.py
(patience.py: how long it is waited for).
Messages (parcel.py) go out by publisher.py, road by road (road.py). They come in by subscription.py, which works shift
after shift (shift.py; acks.py, mover.py, token.py, returning.py; post.py, outbox.py). Beside these: responses
(replies.py), listeners (hearing.py), dead letters (letters.py; letter.py, desk.py). Needs the extra
`amqp`.
"""

from fabula.bus.rabbitmq.bus import RabbitBus

__all__ = ["RabbitBus"]
