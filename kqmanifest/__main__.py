"""``python -m kqmanifest``."""

import sys

from kqmanifest.cli import main

if __name__ == "__main__":
    sys.exit(main())
