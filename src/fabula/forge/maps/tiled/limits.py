"""How much a map file may hold; what has more is refused before it is built or unpacked."""

FILE_BYTES_MAX = 64 * 2**20
"""Of one file, and of what a packed (.gz) one unpacks to."""
FILES_BYTES_MAX = 128 * 2**20
"""Of a map and all the files that it names, together."""
FILES_MAX = 500
"""Files that a map may name."""
TILES_BYTES_MAX = 256 * 2**20
"""Of the tiles of all layers, unpacked."""
LAYERS_MAX = 256
"""Groups and what they hold counted alike."""
NESTING_MAX = 16
"""Groups within groups."""
CHUNKS_MAX = 65_536
TILESETS_MAX = 256
OBJECTS_MAX = 100_000
POINTS_MAX = 10_000
"""Of one polygon."""
ELEMENTS_MAX = 400_000
"""XML elements besides tiles."""
DEPTH_MAX = 64
"""Elements, lists or objects within one another."""
VALUES_MAX = 2_000_000
"""JSON values besides tiles."""
NAME_CHARACTERS_MAX = 200
TEXT_CHARACTERS_MAX = 10_000
PROPERTIES_MAX = 1_000
"""Of one thing, those within class properties counted alike."""
CELL_OFFSET_MAX = 2**24
"""How far from the origin a chunk may lie."""
KINDS_OF_GROUND_MAX = 20_000
REGION_CELLS_MAX = 2**22
"""Of all regions together."""
DRAWING_MAX = 2**27
"""Work that it may take to draw all objects onto the grid, in edges of outlines looked at: some seconds."""
