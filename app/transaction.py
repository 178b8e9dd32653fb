"""Home of the transaction: the only place that commits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.database import IMMEDIATE, line_of_writers, names_what_is_not_there, violated
from app.errors import Conflict, DomainError
from app.extensions import db
from app.text import Text, text

_WRITING = "writing"


@contextmanager
def transaction() -> Iterator[Session]:
    """Run one act: returning commits, raising rolls back.

    It begins afresh, so that everything the act decides on is read under the lock it commits under. A
    constraint of ours that refuses the act becomes the DomainError that its `info` words.

    Raises: RuntimeError when acts are nested, since only the outer one could commit.
    """
    session = db.session
    if session.info.get(_WRITING):
        msg = "transaction() inside transaction(): services compose, acts do not"
        raise RuntimeError(msg)
    session.rollback()
    session.info[_WRITING] = True
    line = line_of_writers(session)
    line.acquire()
    try:
        session.connection(execution_options={IMMEDIATE: True})
        yield session
        session.commit()
    except IntegrityError as error:
        session.rollback()
        raise _refusal(error) from error
    except BaseException:
        session.rollback()
        raise
    finally:
        line.release()
        session.info.pop(_WRITING, None)


def _refusal(error: IntegrityError) -> DomainError:
    """Word a broken constraint as what a person can act on; re-raise what is a fault of ours."""
    if names_what_is_not_there(error):
        return Conflict(
            text("A code given here is not known. Check the codes, or register what they name first.")
        )
    constraint = violated(error)
    message = constraint.info.get("message") if constraint is not None else None
    if constraint is None or not isinstance(message, Text):
        raise error
    return Conflict(message, field=constraint.info.get("field"))
