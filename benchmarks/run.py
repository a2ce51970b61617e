"""The script behind `make bench`; what it understands stands in benchmarks/program.py."""

import sys
from pathlib import Path

# A script finds what lies beside it; the benchmarks are named from the folder above, as the tests name them.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.program import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
