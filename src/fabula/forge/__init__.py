"""The forge: what is made to order - maps, so far - and what is read from the files of map makers.

Main types: `fabula.forge.maps.Map` is a map of cells with its named regions; it comes from a file (Tiled, village
matrices), from a recipe and a seed, or is drawn as a picture.

May touch: agents, sandbox, llm, engine and what lies below.
"""

__all__: list[str] = []
