"""Home of Celery: what a job's number travels by, when a broker is set; loaded only then.

A message holds the job's number and nothing else. It is acknowledged late, and may come twice: the job's row
is the judge. What a broker loses is announced again by whoever looks after the jobs.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cache

from celery import Celery
from celery.signals import worker_process_init
from flask import Flask
from kombu.exceptions import OperationalError

from app.extensions import db
from app.jobs.service.working import work_on

_log = logging.getLogger("app.jobs")
_TASK = "meal_circle.work_on"
_RETRY = {"max_retries": 2, "interval_start": 0, "interval_step": 0.2}
_HOURS_UNACKNOWLEDGED = 6


@cache
def celery_at(broker_url: str, district: str) -> Celery:
    """Give Celery on a broker, Redis or RabbitMQ, with a queue that no other district's workers read."""
    name = f"meal_circle.{district}"
    celery = Celery("meal_circle", broker=broker_url, set_as_current=False)
    celery.conf.update(
        task_default_queue=name,
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        broker_connection_retry_on_startup=True,
        broker_transport_options={"visibility_timeout": _HOURS_UNACKNOWLEDGED * 3600}
        # RabbitMQ has virtual hosts for this, and knows no such option.
        | ({"global_keyprefix": f"{name}:"} if broker_url.startswith("redis") else {}),
    )
    return celery


def send(broker_url: str, district: str, job_ids: Sequence[int]) -> None:
    """Tell the workers of jobs; while the broker cannot be reached they wait as rows, and are told again."""
    for job_id in job_ids:
        try:
            celery_at(broker_url, district).send_task(_TASK, [job_id], retry_policy=_RETRY)
        except OperationalError:
            _log.warning("the broker cannot be reached", extra={"told": {"job": job_id}})
            return


def work(app: Flask, broker_url: str, *, at_once: int) -> None:
    """Do what the broker tells of, so many jobs at once, until the process is asked to end."""
    celery = celery_at(broker_url, app.config["MEAL_CIRCLE"].district)

    @celery.task(name=_TASK)
    def _work_on(job_id: int) -> None:
        with app.app_context():
            work_on(job_id)

    with app.app_context():
        engine = db.engine
    # A connection that a process was born with is its parent's.
    worker_process_init.connect(lambda **_signal: engine.dispose(close=False), weak=False)
    celery.worker_main(
        [
            "worker",
            "--pool=prefork",
            f"--concurrency={at_once}",
            "--loglevel=WARNING",
            "--without-gossip",
            "--without-mingle",
        ]
    )
