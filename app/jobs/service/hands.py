"""Home of whoever does the jobs: a process beside this one, or workers behind a broker.

A job is a row before anybody hears of it, so that no word of it that is lost or comes twice matters.
"""

from __future__ import annotations

import atexit
import logging
from collections.abc import Iterable
from datetime import timedelta
from multiprocessing.process import BaseProcess
from threading import Event, Lock, Thread

from flask import Flask, current_app
from sqlalchemy.exc import DBAPIError

from app import clock
from app.extensions import db
from app.jobs import queries
from app.jobs.service.asking import forget
from app.jobs.service.working import look_after, work_off
from app.late import late
from app.processes import beside
from app.transaction import transaction
from config import Config

_log = logging.getLogger("app.jobs")
_HANDS = "meal_circle_hands"
_FORGET_EVERY = timedelta(minutes=10)
_REST_SECONDS = 5.0

_send = late("app.jobs.service.broker:send")


def announce(job_ids: Iterable[int]) -> None:
    """Let it be known that jobs wait, after the transaction that wrote them."""
    config = _config()
    if config.broker_url:
        _send(config.broker_url, config.district, list(job_ids))
    elif config.job_processes:
        _hands().wake()


def stay_awake() -> None:
    """Look after the jobs as long as this process lives, also those that another left behind."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - as Flask documents
    Thread(target=_look, args=(app,), daemon=True).start()


def put_out_of_work() -> None:
    """End what this process began; a job under way is done by whoever looks after it next."""
    hands: Hands | None = current_app.extensions.get(_HANDS)
    if hands is not None:
        hands.stop()


class Hands:
    """The processes beside this one: each begins when something waits, and goes when nothing does."""

    def __init__(self, app: Flask, count: int) -> None:
        """Begin with none."""
        self._app, self._count = app, count
        self._lock, self._stopping = Lock(), Event()
        self._awaited: set[int] = set()
        self._watched: dict[int, BaseProcess | None] = {}
        atexit.register(self.stop)

    def wake(self) -> None:
        """Let something be done, unless there are hands enough; those look again before they go."""
        with self._lock:
            for number in range(self._count):
                self._awaited.add(number)
                if number not in self._watched:
                    self._watched[number] = None
                    Thread(target=self._watch, args=(number,), daemon=True).start()

    def stop(self) -> None:
        """End them all."""
        self._stopping.set()
        with self._lock:
            for process in self._watched.values():
                if process is not None:
                    process.terminate()

    def _watch(self, number: int) -> None:
        while True:
            with self._lock:
                if number not in self._awaited or self._stopping.is_set():
                    del self._watched[number]
                    return
                self._awaited.remove(number)
                with self._app.app_context():
                    process = self._watched[number] = beside(work_off)
            process.join()
            if process.exitcode:
                _log.warning("a process that did jobs has gone", extra={"told": {"status": process.exitcode}})
                self._stopping.wait(_REST_SECONDS)


def _look(app: Flask) -> None:
    rest, forgotten_at = Event(), clock.now() - _FORGET_EVERY
    while True:
        with app.app_context():
            try:
                now = clock.now()
                announce(look_after(lease_seconds=_config().job_lease_seconds, at=now))
                if not _config().broker_url and queries.oldest_waiting() is not None:
                    announce(())
                if forgotten_at <= now - _FORGET_EVERY:
                    forgotten_at = now
                    with transaction():
                        forget(hours=_config().retain_results_hours, at=now)
            except DBAPIError:
                # The database is away or busy: the next look sees to it, and /readyz tells.
                _log.warning("the jobs were not looked after")
            finally:
                db.session.rollback()
        rest.wait(app.config["MEAL_CIRCLE"].job_lease_seconds / 4)


def _config() -> Config:
    config: Config = current_app.config["MEAL_CIRCLE"]
    return config


def _hands() -> Hands:
    hands: Hands = current_app.extensions.setdefault(
        _HANDS,
        Hands(current_app._get_current_object(), _config().job_processes),  # type: ignore[attr-defined]  # noqa: SLF001 - as Flask documents
    )
    return hands
