"""What our processes import when they begin. Nothing here starts anything or reads a setting."""

import gunicorn.app.wsgiapp  # noqa: F401 - what running_web runs

import mediashare.app
import mediashare.cli
import mediashare.schema
import mediashare.webserver  # noqa: F401 - the worker class of gunicorn
import workers.main  # noqa: F401 - with all handlers and their tools
