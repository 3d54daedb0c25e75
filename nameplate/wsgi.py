"""The WSGI application that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

from nameplate.web.limits import measured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nameplate.settings")
application = measured(get_wsgi_application())
