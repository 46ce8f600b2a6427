"""The Celery app of the workers: it brings messages to threads; what to do is in the database."""

from celery import Celery

from mediashare.config import Settings
from mediashare.jobs.job import QueueName
from mediashare.jobs.wake import WORK_TASK, broker_options
from workers.run import Runner

CONNECT_TIMEOUT_S = 5


def make_celery(settings: Settings, runner: Runner) -> Celery:
    """An app whose one task hands its message, the name of a queue, to the runner."""
    app = Celery("mediashare", set_as_current=False)
    app.conf.update(
        broker_options(settings),
        broker_connection_timeout=CONNECT_TIMEOUT_S,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        accept_content=["json"],
        task_serializer="json",
        task_ignore_result=True,
        # A message is only a hint, so it is taken off the broker before the work: no broker's
        # redelivery rule ever starts a long job twice.
        task_acks_late=False,
        task_default_queue=QueueName.DEFAULT.value,
        worker_prefetch_multiplier=1,
        worker_disable_prefetch=settings.celery_broker_url.startswith("redis"),
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
    )

    @app.task(name=WORK_TASK)
    def work(queue: str) -> None:
        runner.work(queue)

    return app
