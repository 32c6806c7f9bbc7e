"""The ceiling's entrance: the same server and database, one view, one statement, nothing else."""

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

django.setup()
settings.ROOT_URLCONF = "bench.bare_urls"
settings.MIDDLEWARE = ["bench.bare_urls.serve_one"]
application = WSGIHandler()
