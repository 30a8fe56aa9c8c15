"""`python -m investcrm.local`: what `make run` does once the packages are installed."""

import sys

try:
    from investcrm.local.supervisor import main
except KeyboardInterrupt:  # Ctrl-C before anything was started
    sys.exit(130)

if __name__ == "__main__":
    sys.exit(main())
