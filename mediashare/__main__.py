"""`python -m mediashare`, the same as the command `mediashare`."""

from mediashare.cli import main

if __name__ == "__main__":
    main()
