"""The WSGI application that granian serves."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from nameplate.web.limits import measured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nameplate.settings")
application = measured(get_wsgi_application())

# Everything is loaded before the first request, and the garbage collector is told not to look through it again: each such look took 60 ms
# of whatever request it fell into.
import_module(settings.ROOT_URLCONF)
gc.collect()
gc.freeze()
# An act on ten thousand units makes some hundred thousand small objects and keeps them until it is written: looking through them after
# each 700 took a sixth of its time.
gc.set_threshold(50_000, 20, 20)
