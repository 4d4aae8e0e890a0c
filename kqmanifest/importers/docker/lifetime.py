"""The lifetime: whether the container restarts when it ends, and how long it may take to stop."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kqmanifest.importers.docker.fragments import NO_EQUIVALENT_IN_A_POD, NOT_QUITE_THE_SAME, Found, of_pod
from kqmanifest.importers.docker.line import Line
from kqmanifest.importers.docker.notations import HIGHEST, NOT_ONE_OF_THE_CHOICES, WRONG_NUMBER, whole
from kqmanifest.vocabulary.spelling import nearest

OPTIONS: Final = frozenset({"restart", "stop-timeout"})

_POLICIES: Final = {"no": "Never", "on-failure": "OnFailure", "always": "Always", "unless-stopped": "Always"}
_DEFAULT: Final = "no"
_FOREVER: Final = "Always"


def read(line: Line) -> Iterator[Found]:
    """Yield the restart policy of the Pod, by default docker's, and its time to stop."""
    one = line.last("restart")
    said, _, times = (one.value if one else _DEFAULT).partition(":")
    policy = _POLICIES.get(said or _DEFAULT)
    if policy is not None:
        yield of_pod(one.place if one else line.start, policy, "restartPolicy")
    if one and policy is None:
        yield one.tell(NOT_ONE_OF_THE_CHOICES, value=said, near=nearest(said, _POLICIES), choices=[*_POLICIES])
    elif one and times and (said != "on-failure" or whole(times, 0, HIGHEST) is None):
        yield one.tell(WRONG_NUMBER, wanted="a number of retries, after on-failure: only", value=times)
    elif one and times:
        difference = "the kubelet does not count failures, and waits longer after each"
        instead = f"use a Job with `backoffLimit: {int(times)}`"
        yield one.tell(NOT_QUITE_THE_SAME, field="restartPolicy OnFailure", difference=difference, instead=instead)
    elif one and policy == _FOREVER:
        difference = "it restarts on its own node only, and nowhere if that node is lost"
        instead = "use a Deployment if it should keep running"
        yield one.tell(NOT_QUITE_THE_SAME, field="restartPolicy Always", difference=difference, instead=instead)
    timeout = line.last("stop-timeout")
    if timeout:
        seconds = whole(timeout.value, -1, HIGHEST)
        if seconds is None:
            yield timeout.tell(WRONG_NUMBER, wanted="a number of seconds", value=timeout.value)
        elif seconds < 0:
            yield timeout.tell(
                NO_EQUIVALENT_IN_A_POD,
                reason="Kubernetes never waits for a Pod without a limit",
                instead="write the maximum number of seconds that stopping may take",
            )
        else:
            yield of_pod(timeout.place, seconds, "terminationGracePeriodSeconds")
