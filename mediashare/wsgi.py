"""The application as a WSGI server finds it: `mediashare.wsgi:app`."""

from mediashare.app import create_app
from mediashare.config import Settings

app = create_app(Settings.from_env())
