"""The Celery app: worker and beat."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("waku")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    task_acks_late=True,  # a killed worker's task is done again; every task bears that
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    broker_connection_retry_on_startup=True,
    timezone="Asia/Tokyo",
    beat_scheduler="config.beat:Scheduler",
    beat_max_loop_interval=5,
    task_time_limit=1800,
    worker_hijack_root_logger=False,  # its lines go through our list too
    worker_redirect_stdouts=False,
)
app.autodiscover_tasks()

from config.schedule import SCHEDULE  # noqa: E402 - the table names tasks of a ready app

app.conf.beat_schedule = SCHEDULE
