"""The WSGI application that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nameplate.settings")

from nameplate.web.limits import measured  # noqa: E402  (it reads the settings named above)

application = measured(get_wsgi_application())
