"""The verbs of background work: ask for it, have it done, cancel it, begin it again, forget what it held."""

from app.jobs.service.asking import again, ask, cancel, forget
from app.jobs.service.files import input_of, result_of
from app.jobs.service.hands import announce, put_out_of_work, stay_awake
from app.jobs.service.kinds import Kind, kind
from app.jobs.service.working import Act, Work, look_after, work_off, work_on

__all__ = [
    "Act",
    "Kind",
    "Work",
    "again",
    "announce",
    "ask",
    "cancel",
    "forget",
    "input_of",
    "kind",
    "look_after",
    "put_out_of_work",
    "result_of",
    "stay_awake",
    "work_off",
    "work_on",
]
