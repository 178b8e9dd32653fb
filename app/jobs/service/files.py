"""Home of the files with a job: cut into pieces, each sealed on its way in."""

from __future__ import annotations

import base64
import io
import tempfile
from itertools import count
from typing import BinaryIO, cast

from app.extensions import db
from app.jobs import queries
from app.jobs.models import JobPiece

_PIECE_BYTES = 512 * 1024
_IN_MEMORY_BYTES = 4 * 1024 * 1024


def keep(job_id: int, file: BinaryIO, *, is_result: bool) -> None:
    """Keep a file with a job."""
    for number in count():
        piece = file.read(_PIECE_BYTES)
        if not piece:
            return
        written = base64.b64encode(piece).decode()
        db.session.add(JobPiece(job_id=job_id, is_result=is_result, number=number, content=written))
        db.session.flush()


def input_of(job_id: int) -> BinaryIO:
    """Give the file that came with a job, to be closed; what is large of it lies on the disk, unnamed."""
    whole = tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES)  # noqa: SIM115 - the caller's
    for piece in queries.pieces(job_id, is_result=False):
        whole.write(base64.b64decode(piece))
    whole.seek(0)
    return cast("BinaryIO", whole)


def result_of(job_id: int) -> io.BytesIO:
    """Give the file that came of a job; empty once it is erased."""
    return io.BytesIO(b"".join(map(base64.b64decode, queries.pieces(job_id, is_result=True))))
