"""Home of the WSGI application: `flask --app wsgi …` and every server start here."""

import gc

# Loading modules makes hardly any garbage; looking for it all the while costs a fifth of the start.
gc.disable()
from app import create_app  # noqa: E402 - the collector rests first

app = create_app()
gc.freeze()
gc.enable()
