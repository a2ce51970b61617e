"""Society: how people come to feel, think and know of one another; `systems.society` and `systems.talk` work it.

`bonds`, `repute`, `wrongs` and `quarrels` hold one kind of tie each and its bounds; `hearsay`, beside this package,
what people have heard. `judging` says what an
event does to those who perceived it. `exchange` is a few words between two, `brawls` what may follow, `losses` how
owners find out, `justice` how wrongs are paid for, `refusal` who is not served.
"""

__all__: list[str] = []
