"""Character sheets: a persona as a Markdown file that people write, read and correct.

`read_sheet` takes what people write, clean or messy, and says with the line what is odd; `write_sheet` writes the
house form, which reads in as the same persona. A sheet is read in stages, each a file: bytes to lines (`text`), lines
to sections (`outline`), a section to entries (`entries`, `flow`), entries to a persona (`items`, `reader`), with the
words that sheets use (`vocabulary`) and the one rule for numbers (`scale`).
"""

from fabula.agents.sheet.notices import SheetWarning
from fabula.agents.sheet.reader import read_sheet, read_sheet_file
from fabula.agents.sheet.scale import WEIGHT_RULE
from fabula.agents.sheet.text import SheetError
from fabula.agents.sheet.writer import write_sheet

__all__ = ["WEIGHT_RULE", "SheetError", "SheetWarning", "read_sheet", "read_sheet_file", "write_sheet"]
