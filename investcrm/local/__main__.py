"""`python -m investcrm.local`: what `make run` does once the packages are installed."""

import sys

from investcrm.local.supervisor import main

if __name__ == "__main__":
    sys.exit(main())
