"""What beginners get wrong: each mistake is told at its line, with its cure."""

from __future__ import annotations

from typing import Final, NamedTuple

import pytest

from kqmanifest import Diagnostic, ManifestError, check, load

POD: Final = """\
kind: Pod
name: training2
containers:
- name: main
  image: tensorflow/tensorflow:2.16.1
"""


class Mistake(NamedTuple):
    """A text with a mistake in it, and what is told of that: the code, the line and column, how the hint begins."""

    title: str
    text: str
    code: str
    place: tuple[int, int]
    hint: str


MISTAKES: Final = [
    Mistake(
        "two mounts at one path",
        POD
        + "  mounts:\n  - mountPath: /kqi/output\n    nfs: {server: nfs-server, path: /training/2/}\n"
        + "  - mountPath: /kqi/output\n    nfs: {server: nfs-server, path: /training/1/}\n",
        "KQ2003",
        (9, 16),
        "give this mount a path of its own, such as /kqi/parent",
    ),
    Mistake(
        "a mount as docker writes it",
        POD + "  mounts:\n  - nfs-server:/training/2/:/kqi/output\n  - /mnt/data:/data:ro\n",
        "KQ1001",
        (7, 5),
        "write `{mountPath: /kqi/output, nfs: {server: nfs-server, path: /train",
    ),
    Mistake(
        "a misspelt key",
        "kind: Pod\nname: a\ncontainers:\n- name: main\n  imgae: busybox:1.36\n",
        "KQ1002",
        (5, 3),
        "did you mean `image`?",
    ),
    Mistake(
        "capitals and underscores in a name",
        "kind: Pod\nname: Training_2\ncontainers:\n- name: main\n  image: tensorflow/tensorflow:2.16.1\n",
        "KQ2102",
        (2, 7),
        "did you mean training-2?",
    ),
    Mistake(
        "capitals in a container's name",
        "kind: Pod\nname: training2\ncontainers:\n- name: My_Main\n  image: tensorflow/tensorflow:2.16.1\n",
        "KQ2202",
        (4, 9),
        "did you mean my-main?",
    ),
    Mistake("all GPUs", POD + "  gpus: all\n", "KQ1001", (6, 9), "write how many: Kubernetes gives a number of them, never all"),
    Mistake("a count in quotes", POD + '  gpus: "1"\n', "KQ1001", (6, 9), "take the quotes away"),
    Mistake("half a GPU", POD + "  gpus: 0.5\n", "KQ1001", (6, 9), "write a whole number: a GPU is not divided"),
    Mistake("a unit that is none", POD + "  memory: 8GB\n", "KQ2301", (6, 11), "did you mean 8G?"),
    Mistake("a blank before the unit", POD + "  memory: 8 Gi\n", "KQ2301", (6, 11), "did you mean 8Gi?"),
    Mistake("a unit in small letters", POD + "  memory: 8gi\n", "KQ2301", (6, 11), "did you mean 8Gi?"),
    Mistake("thousandths of a byte", POD + "  memory: 512m\n", "KQ4035", (6, 11), "did you mean 512Mi?"),
    Mistake("memory without a unit", POD + "  memory: 8\n", "KQ4035", (6, 11), "did you mean 8Gi?"),
    Mistake("a unit for CPUs", POD + "  cpu: 4 cores\n", "KQ2301", (6, 8), "did you mean 4?"),
    Mistake(
        "an object where a list belongs",
        "kind: Pod\nname: a\ncontainers:\n  name: main\n  image: busybox:1.36\n",
        "KQ1001",
        (4, 3),
        "make it an item of a list: put `- ` before its first key, or square br",
    ),
    Mistake(
        "containers beside a Job's pod",
        "kind: Job\nname: a\ncontainers:\n- name: main\n  image: busybox:1.36\n",
        "KQ1002",
        (3, 1),
        "move it into `pod`",
    ),
    Mistake(
        "volumeMounts in a spec",
        POD + "  volumeMounts:\n  - {name: output, mountPath: /kqi/output}\n",
        "KQ1004",
        (6, 3),
        "write it as `mounts`, each with what it shows: `{mountPath: /kqi/outpu",
    ),
    Mistake("a tab", POD + "\tgpus: 1\n", "KQ0040", (6, 1), "write spaces in its place"),
    Mistake("a full-width colon", POD + "  gpus\uff1a1\n", "KQ0027", (6, 7), "write : in its place: what stands here only looks like it"),
    Mistake("a full-width blank", POD + "\u3000 gpus: 1\n", "KQ1002", (6, 1), "write `gpus`: what stands here only looks like it"),
    Mistake(
        "a blank that does not break", POD + "\xa0\xa0gpus: 1\n", "KQ1002", (6, 1), "write `gpus`: what stands here only looks like it"
    ),
    Mistake("a full-width digit", POD + "  gpus: \uff11\n", "KQ1001", (6, 9), "write `1`"),
    Mistake("typographic quotes in JSON", "{“kind”: “Pod”}\n", "KQ0013", (1, 2), 'write " in place of “'),
    Mistake("typographic quotes in YAML", POD + "  workingDir: “/kqi/git”\n", "KQ3042", (6, 15), "write `workingDir: /kqi/git`"),
    Mistake("a missing comma", '{"kind": "Pod"\n "name": "a"}\n', "KQ0018", (2, 2), "put a comma behind what stands before it"),
    Mistake("a comment in JSON", '{"kind": "Pod", // a pod\n "name": "a"}\n', "KQ0012", (1, 17), "remove the comment, or write YAML"),
    Mistake(
        "env as docker writes it",
        POD + "  env:\n  - LR=0.01\n",
        "KQ1001",
        (7, 5),
        "write all of them as `env: {LR: …}`, each value in quotes",
    ),
    Mistake(
        "a number for a variable",
        POD + "  env: {LR: 0.01, EPOCHS: 90}\n",
        "KQ1001",
        (6, 13),
        "put it in double quotes: it must be text, whatever it looks like",
    ),
    Mistake(
        "a command as a shell writes it",
        POD + "  command: python train.py\n",
        "KQ1001",
        (6, 12),
        "write each word as an item: `[python, train.py]`",
    ),
    Mistake(
        "a command in one item",
        POD + "  command: [python train.py --lr 0.01]\n",
        "KQ4043",
        (6, 13),
        "write each word as an item of its own: `[python, …]`",
    ),
    Mistake(
        "a port as docker writes it",
        POD + '  ports: ["8080:80"]\n',
        "KQ1001",
        (6, 11),
        "write 80, the container's own port: another one outside is a Service's",
    ),
    Mistake("a port in quotes", POD + '  ports: ["80"]\n', "KQ1001", (6, 11), "take the quotes away"),
    Mistake("port for ports", POD + "  port: 80\n", "KQ1002", (6, 3), "did you mean `ports`?"),
    Mistake(
        "a relative NFS path",
        POD + "  mounts:\n  - {mountPath: /a, nfs: {server: nfs-server, path: training/2}}\n",
        "KQ2052",
        (7, 53),
        "write the whole path, such as /training/2",
    ),
    Mistake(
        "NFS as mount writes it",
        POD + '  mounts:\n  - {mountPath: /a, nfs: "nfs-server:/training/2/"}\n',
        "KQ1001",
        (7, 26),
        "write `{server: nfs-server, path: /training/2/}`",
    ),
    Mistake(
        "a relative mount path",
        POD + "  mounts:\n  - {mountPath: kqi/output, nfs: {server: nfs-server, path: /training/2}}\n",
        "KQ3004",
        (7, 17),
        "write `mountPath: /kqi/output`",
    ),
    Mistake(
        "a directory of Windows, alone",
        POD + "  mounts:\n  - {mountPath: /a, hostPath: 'C:\\data'}\n",
        "KQ1001",
        (7, 31),
        "write the path that the node has for it, `{path: /mnt/data}`: the file",
    ),
    Mistake(
        "a directory of Windows",
        POD + "  mounts:\n  - {mountPath: /a, hostPath: {path: 'C:\\data'}}\n",
        "KQ3025",
        (7, 38),
        "write the path that the node has for it, such as /mnt/data; or say `os",
    ),
    Mistake(
        "a misspelt volume",
        "kind: Pod\nname: training2\nvolumes: {output: {nfs: {server: nfs-server, path: /training/2/}}}\n"
        "containers:\n- name: main\n  image: tensorflow/tensorflow:2.16.1\n  mounts:\n"
        "  - {mountPath: /a, volume: outptu}\n",
        "KQ2004",
        (8, 29),
        "did you mean `output`?",
    ),
    Mistake(
        "a mount without a source",
        POD + "  mounts:\n  - {mountPath: /a}\n",
        "KQ1020",
        (7, 5),
        "give it a source, such as `nfs: {server, path}`",
    ),
    Mistake(
        "a mount over everything",
        POD + "  mounts:\n  - {mountPath: /, nfs: {server: nfs-server, path: /training/2}}\n",
        "KQ3007",
        (7, 17),
        "mount it at a directory of its own, such as /data",
    ),
    Mistake(
        "a kind in small letters",
        "kind: pod\nname: training2\ncontainers:\n- name: main\n  image: tensorflow/tensorflow:2.16.1\n",
        "KQ1005",
        (1, 7),
        "did you mean `Pod`?",
    ),
    Mistake(
        "metadata in a spec",
        "kind: Pod\nmetadata:\n  name: a\nspec:\n  containers:\n  - name: main\n    image: busybox:1.36\n",
        "KQ1006",
        (1, 1),
        "add `apiVersion: v1`, or write it as a spec: no `metadata`, no `spec`,",
    ),
    Mistake(
        "no kind",
        "apiVersion: v1\nmetadata:\n  name: a\nspec:\n  containers:\n  - name: main\n    image: busybox:1.36\n",
        "KQ9007",
        (1, 1),
        "add `kind`",
    ),
    Mistake(
        "capitals in an image",
        "kind: Pod\nname: training2\ncontainers:\n- name: main\n  image: Tensorflow/Tensorflow:2.16.1\n",
        "KQ3040",
        (5, 10),
        "write `image: tensorflow/tensorflow:2.16.1`",
    ),
    Mistake(
        "a blank in an image",
        "kind: Pod\nname: training2\ncontainers:\n- name: main\n  image: tensorflow tensorflow\n",
        "KQ3040",
        (5, 10),
        "write lower-case names with slashes between them, then a colon and a t",
    ),
    Mistake("two pods of one name", POD + "---\n" + POD, "KQ3060", (8, 7), "give each a name of its own, or take one out"),
    Mistake(
        "a Job that restarts always",
        "kind: Job\nname: a\npod:\n  restartPolicy: Always\n  containers:\n  - name: main\n    image: busybox:1.36\n",
        "KQ2502",
        (4, 18),
        "write `restartPolicy: Never` to get a new pod after a failure, or `res",
    ),
    Mistake(
        "gpus beside containers",
        "kind: Pod\nname: training2\ngpus: 1\ncontainers:\n- name: main\n  image: tensorflow/tensorflow:2.16.1\n",
        "KQ1002",
        (3, 1),
        "move it into `containers`",
    ),
    Mistake("nfs without a mount", POD + "  nfs: {server: nfs-server, path: /training/2/}\n", "KQ1002", (6, 3), "move it into `mounts`"),
    Mistake(
        "terabytes of a claim",
        POD + "  mounts:\n  - {mountPath: /a, nfs: {server: nfs-server, path: /training/2, claim: {size: 1TB}}}\n",
        "KQ2301",
        (7, 80),
        "did you mean 1T?",
    ),
    Mistake(
        "indentation that was lost",
        "apiVersion: v1\nkind: Pod\nmetadata:\nname: training2\nspec:\ncontainers:\n- name: training2\n"
        'image: tensorflow\nvolumeMounts:\n- name: parent\nmountPath: "/kqi/parent"\nvolumes:\n'
        '- name: parent\nnfs:\nserver: nfs-server\npath: "/training/1/"\n',
        "KQ9001",
        (4, 1),
        "put spaces before it and the lines that belong with it: it stands belo",
    ),
    Mistake(
        "a key twice",
        "kind: Pod\nname: training2\ncontainers:\n- name: main\n  name: b\n  image: tensorflow/tensorflow:2.16.1\n",
        "KQ0007",
        (5, 3),
        "remove one of the two",
    ),
    Mistake(
        "a path in the server",
        POD + "  mounts:\n  - {mountPath: /a, nfs: {server: 'nfs-server:/training/2', path: /}}\n",
        "KQ3021",
        (7, 35),
        "write `server: nfs-server` and `path: /training/2`",
    ),
    Mistake(
        "a URL for a server",
        POD + "  mounts:\n  - {mountPath: /a, nfs: {server: 'nfs://nfs-server', path: /training/2}}\n",
        "KQ3020",
        (7, 35),
        "write `server: nfs-server`",
    ),
    Mistake(
        "true in quotes",
        POD + '  mounts:\n  - {mountPath: /a, readOnly: "true", nfs: {server: nfs-server, path: /training/2}}\n',
        "KQ1001",
        (7, 31),
        "write true or false, without quotes",
    ),
    Mistake(
        "docker's ro",
        POD + "  mounts:\n  - {mountPath: /a, ro: true, nfs: {server: nfs-server, path: /training/2}}\n",
        "KQ1002",
        (7, 21),
        "did you mean `readOnly`?",
    ),
    Mistake(
        "one blank too many", POD + "   gpus: 1\n", "KQ0043", (6, 4), "indent it as the line before, or remove the value from that line"
    ),
    Mistake(
        "a claim by its name alone",
        POD + "  mounts:\n  - {mountPath: /a, persistentVolumeClaim: results}\n",
        "KQ1001",
        (7, 44),
        "write `{claimName: results}`",
    ),
    Mistake(
        "no blank behind a dash", "kind: Pod\nname: a\ncontainers:\n-name: main\n image: busybox:1.36\n", "KQ0045", (4, 1), "put one there"
    ),
    Mistake("no blank behind a colon", POD + "  gpus:1\n", "KQ0045", (6, 7), "put one there"),
    Mistake("gpu for nvidia.com/gpu", POD + "  resources: {limits: {gpu: 1}}\n", "KQ2308", (6, 29), "did you mean nvidia.com/gpu?"),
    Mistake(
        "a GPU that is only requested",
        POD + "  resources: {requests: {nvidia.com/gpu: 1}}\n",
        "KQ2305",
        (6, 14),
        "write it under `limits` instead",
    ),
    Mistake("docker's shm_size", POD + "  shm_size: 8Gi\n", "KQ1002", (6, 3), "did you mean `sharedMemory`?"),
]


def told(text: str) -> tuple[Diagnostic, ...]:
    try:
        return check(load(text, source="spec.json" if text.startswith("{") else "spec.yaml"))
    except ManifestError as error:
        return error.diagnostics


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.title.replace(" ", "-"))
def test_a_mistake_is_told_at_its_line_with_its_cure(mistake: Mistake) -> None:
    first = told(mistake.text)[0]
    assert (first.code, (first.line, first.column)) == (mistake.code, mistake.place)
    assert first.hint.startswith(mistake.hint)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.title.replace(" ", "-"))
def test_one_mistake_is_told_once(mistake: Mistake) -> None:
    codes = [one.code for one in told(mistake.text)]
    assert len(codes) == 1 or mistake.title in SEVERAL, codes


SEVERAL: Final = frozenset({"a mount as docker writes it", "a number for a variable", "indentation that was lost"})
"""Where the same is wrong in several places."""


def test_the_pod_itself_is_as_it_should_be() -> None:
    assert not told(POD)
