"""The layers of the gateway, one file each, from the outermost: record, budget, cache, limits, breaker, retry."""

# The gateway takes each from its own module, so that whoever wants one of them loads no other.
__all__: list[str] = []
