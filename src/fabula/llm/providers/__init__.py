"""The leaves of the gateway: what speaks to models, through pydantic-ai and one HTTP client.

`Providers(settings, environ).of(model)` is a Layer that asks that model and nothing more: no retry, no cache, no
budget. SDKs are imported when their first model is asked. What leaves goes through `fabula.llm.http`.
"""

from fabula.llm.providers.directory import Providers

__all__ = ["Providers"]
