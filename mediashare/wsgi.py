"""The application as a WSGI server finds it: `mediashare.wsgi:app`."""

from mediashare.app import create_app
from mediashare.config import Settings
from mediashare.web.parts import parts

app = create_app(Settings.from_env())

with app.app_context():
    if finder := parts().finder:
        finder.start()
