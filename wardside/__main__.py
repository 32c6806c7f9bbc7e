"""`python -m wardside <command>`."""

import sys

from wardside.command import main

if __name__ == "__main__":
    sys.exit(main())
