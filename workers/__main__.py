"""`python -m workers worker|scheduler`: what `mediashare worker` and `mediashare scheduler` run."""

from workers.main import main

if __name__ == "__main__":
    main()
