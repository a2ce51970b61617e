"""Names: what the templates are called, and where a pack keeps its own."""

SPEAKER, SCENE, DECIDING = "speaker", "scene", "deciding"

NAMES = (SPEAKER, SCENE, DECIDING)
"""Every template there is."""

FOLDER, SUFFIX = "prompts", ".j2"
"""Where a pack keeps its own: `prompts/speaker.j2`."""
