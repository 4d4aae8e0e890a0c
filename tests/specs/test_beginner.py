"""What beginners get wrong: each mistake is told at its line, with its cure."""

from __future__ import annotations

from typing import Final, NamedTuple

import pytest

from kqmanifest import Diagnostic, ManifestError, check, load
from kqmanifest.cli import USAGE, main

POD: Final = """\
kind: Pod
name: training2
containers:
- name: main
  image: tensorflow/tensorflow:2.16.1
"""

JOB: Final = """\
kind: Job
name: training-2
pod:
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
    Mistake("all GPUs", POD + "  gpus: all\n", "KQ1001", (6, 9), "write how many GPUs: Kubernetes has no equivalent of `all`"),
    Mistake("a count in quotes", POD + '  gpus: "1"\n', "KQ1001", (6, 9), "remove the quotes around the value of `gpus`"),
    Mistake("half a GPU", POD + "  gpus: 0.5\n", "KQ1001", (6, 9), "write an integer: a GPU cannot be divided"),
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
        "make the object under `containers` an item of a list: put `- ` before its first key, or square brackets around",
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
        "write `mounts` instead, each with its source: `{mountPath: /kqi/output, nfs: {server, path}}`",
    ),
    Mistake(
        "a spec with an apiVersion",
        "apiVersion: v1\n" + POD,
        "KQ9001",
        (3, 1),
        "remove `apiVersion`: this is a spec, not a manifest",
    ),
    Mistake(
        "a probe without its kind",
        POD + "  livenessProbe: {path: /healthy, port: 80}\n",
        "KQ9001",
        (6, 19),
        "move it into `httpGet`",
    ),
    Mistake(
        "a volume without its kind",
        POD.replace("containers:", "volumes: {out: {server: nfs-server, path: /a}}\ncontainers:")
        + "  mounts: [{mountPath: /a, volume: out}]\n",
        "KQ9001",
        (3, 17),
        "move it into `nfs`",
    ),
    Mistake("a tab", POD + "\tgpus: 1\n", "KQ0040", (6, 1), "write spaces instead"),
    Mistake("a full-width colon", POD + "  gpus\uff1a1\n", "KQ0027", (6, 7), "write : instead: the character here only looks like it"),
    Mistake("a full-width blank", POD + "\u3000 gpus: 1\n", "KQ1002", (6, 1), "write `gpus`: the characters here only look like it"),
    Mistake(
        "a blank that does not break", POD + "\xa0\xa0gpus: 1\n", "KQ1002", (6, 1), "write `gpus`: the characters here only look like it"
    ),
    Mistake("a full-width digit", POD + "  gpus: \uff11\n", "KQ1001", (6, 9), "write `1`"),
    Mistake("typographic quotes in JSON", "{“kind”: “Pod”}\n", "KQ0013", (1, 2), 'write " instead of “'),
    Mistake("typographic quotes in YAML", POD + "  workingDir: “/kqi/git”\n", "KQ3042", (6, 15), "write `workingDir: /kqi/git`"),
    Mistake("a missing comma", '{"kind": "Pod"\n "name": "a"}\n', "KQ0018", (2, 2), "add a comma after the item before this"),
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
        "put the value of `LR` in double quotes: it must be a string, whatever it looks like",
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
        "write 80, the container's own port: a port outside the pod belongs in a Service",
    ),
    Mistake("a port in quotes", POD + '  ports: ["80"]\n', "KQ1001", (6, 11), "remove the quotes around the value of `ports[0]`"),
    Mistake("port for ports", POD + "  port: 80\n", "KQ1002", (6, 3), "did you mean `ports`?"),
    Mistake(
        "a relative NFS path",
        POD + "  mounts:\n  - {mountPath: /a, nfs: {server: nfs-server, path: training/2}}\n",
        "KQ2052",
        (7, 53),
        "write the absolute path, such as /training/2",
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
        "write the path on the node, as in `{path: /mnt/data}`: the files of this machine are not on the node",
    ),
    Mistake(
        "a directory of Windows",
        POD + "  mounts:\n  - {mountPath: /a, hostPath: {path: 'C:\\data'}}\n",
        "KQ3025",
        (7, 38),
        "write the path on the node, such as /mnt/data; if the nodes run Windows, write `os",
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
        "add a source, such as `nfs: {server, path}`",
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
    Mistake("two pods of one name", POD + "---\n" + POD, "KQ3060", (8, 7), "give each its own name, or remove one of them"),
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
        "indent it, and the lines that belong to it: it is below `metadata`, not in it",
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
        "write `readOnly: true` or `readOnly: false`, without quotes",
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
        "no blank behind a dash",
        "kind: Pod\nname: a\ncontainers:\n-name: main\n image: busybox:1.36\n",
        "KQ0045",
        (4, 1),
        "add a space after it",
    ),
    Mistake("no blank behind a colon", POD + "  gpus:1\n", "KQ0045", (6, 7), "add a space after it"),
    Mistake("gpu for nvidia.com/gpu", POD + "  resources: {limits: {gpu: 1}}\n", "KQ2308", (6, 29), "did you mean nvidia.com/gpu?"),
    Mistake(
        "a GPU that is only requested",
        POD + "  resources: {requests: {nvidia.com/gpu: 1}}\n",
        "KQ2305",
        (6, 14),
        "write it under `limits` instead",
    ),
    Mistake("docker's shm_size", POD + "  shm_size: 8Gi\n", "KQ1002", (6, 3), "did you mean `sharedMemory`?"),
    Mistake(
        "a mount as docker writes it, without a list",
        POD + "  mounts: /mnt/data:/data\n",
        "KQ1001",
        (6, 11),
        "write `[{mountPath: /data, hostPath: {path: /mnt/data}}]`",
    ),
    Mistake(
        "mounts by their paths",
        POD + "  mounts:\n    /kqi/output: nfs-server:/training/2/\n",
        "KQ1001",
        (7, 5),
        "write `[{mountPath: /kqi/output, nfs: {server: nfs-server, path: /trai",
    ),
    Mistake(
        "a source as docker calls it",
        POD + "  mounts:\n  - {mountPath: /a, source: 'nfs-server:/training/2/'}\n",
        "KQ1002",
        (7, 21),
        "write `nfs: {server: nfs-server, path: /training/2/}`",
    ),
    Mistake(
        "a mount's mode",
        POD + "  mounts:\n  - {mountPath: /a, mode: ro, nfs: {server: nfs-server, path: /training/1/}}\n",
        "KQ1002",
        (7, 21),
        "write `readOnly: true`",
    ),
    Mistake(
        "a source under volume",
        POD + "  mounts:\n  - mountPath: /a\n    volume:\n      nfs: {server: nfs-server, path: /training/1/}\n",
        "KQ1001",
        (9, 7),
        "move its contents out, beside `mountPath`: `volume` is a name",
    ),
    Mistake(
        "mount options without a claim",
        POD + "  mounts:\n  - {mountPath: /a, nfs: {server: nfs-server, path: /training/1/, options: nfsvers=4.1}}\n",
        "KQ1002",
        (7, 67),
        "remove it; mount options require a claim: `claim: {size: 1Ti, mountOptions: [nfsvers=4.1]}`",
    ),
    Mistake(
        "a claim that is only wanted",
        POD + "  mounts:\n  - {mountPath: /a, nfs: {server: nfs-server, path: /training/1/, claim: true}}\n",
        "KQ1001",
        (7, 74),
        "write `{size: 1Ti}`",
    ),
    Mistake(
        "dashes within an object",
        POD + "  mounts:\n  - mountPath: /a\n    nfs:\n    - server: nfs-server\n    - path: /training/1/\n",
        "KQ1001",
        (9, 5),
        "remove the dashes: `nfs` is one object",
    ),
    Mistake("nothing in emptyDir", POD + "  mounts:\n  - mountPath: /a\n    emptyDir:\n", "KQ1001", (8, 13), "write `emptyDir: {}`"),
    Mistake("an empty text in emptyDir", POD + "  mounts:\n  - {mountPath: /a, emptyDir: ''}\n", "KQ1001", (7, 31), "write `{}`"),
    Mistake(
        "a repository for a source",
        POD + "  mounts:\n  - {mountPath: /a, git: {url: 'https://git.example.com/a.git'}}\n",
        "KQ1002",
        (7, 21),
        "clone it in an init container, into an `emptyDir` that both containers mount",
    ),
    Mistake(
        "a place holder",
        POD + "  mounts:\n  - {mountPath: /a, nfs: {server: <your-server>, path: /training/1/}}\n",
        "KQ4011",
        (7, 35),
        "replace it with your own value",
    ),
    Mistake(
        "a home directory",
        POD + "  mounts:\n  - {mountPath: ~/output, nfs: {server: nfs-server, path: /training/1/}}\n",
        "KQ3004",
        (7, 17),
        "write the absolute path instead of ~, which only a shell replaces",
    ),
    Mistake("GPUs that are only wanted", POD + "  gpus: true\n", "KQ1001", (6, 9), "write how many GPUs, such as 1"),
    Mistake(
        "a model of GPU",
        POD + "  gpus: A100\n",
        "KQ1001",
        (6, 9),
        "write how many GPUs; name a model as in `{count: 1, product: NVIDIA-A100-SXM4-40GB}`",
    ),
    Mistake("a resource for gpus", POD + "  nvidia.com/gpu: 2\n", "KQ1002", (6, 3), "write `gpus: 2`"),
    Mistake("gpus beside a Job's pod", JOB + "gpus: 1\n", "KQ1002", (7, 1), "move it into `pod.containers`"),
    Mistake("a port with its protocol", POD + '  ports: ["80/tcp"]\n', "KQ1001", (6, 11), "write `{containerPort: 80, protocol: TCP}`"),
    Mistake(
        "a variable without a list", POD + "  env: LR=0.01\n", "KQ1001", (6, 8), "write all of them as `env: {LR: …}`, each value in quotes"
    ),
    Mistake("privileged by itself", POD + "  privileged: true\n", "KQ1002", (6, 3), "write `securityContext: {privileged: true}`"),
    Mistake("docker's user", POD + "  user: 1000\n", "KQ1002", (6, 3), "write `securityContext: {runAsUser: 1000}`"),
    Mistake(
        "a sign of a shell",
        POD + "  command: [cd, /kqi/git, '&&', python, train.py]\n",
        "KQ4046",
        (6, 27),
        'let a shell read the whole line, as one item: `[sh, -c, "cd /kqi/git &',
    ),
    Mistake("millions of CPUs", POD + "  cpu: 500M\n", "KQ4037", (6, 8), "did you mean 500m?"),
    Mistake("docker's restart on a Job", JOB + "restart: always\n", "KQ1002", (7, 1), "write it in `pod`, as `restartPolicy`"),
    Mistake(
        "replicas of a Job",
        JOB + "replicas: 2\n",
        "KQ1002",
        (7, 1),
        "remove it: a Job runs as many pods as `completions` says, and `parallelism` of them at a time",
    ),
    Mistake(
        "the parents of a Job",
        JOB + "parents: [1]\n",
        "KQ1002",
        (7, 1),
        "mount the output of each parent: `{mountPath: /kqi/parent, nfs: {server, path}, readOnly: true}`",
    ),
    Mistake("hours for seconds", JOB + "activeDeadlineSeconds: 24h\n", "KQ1001", (7, 24), "write `86400`"),
    Mistake("a node by its name", JOB + "  nodeSelector: gpu-node\n", "KQ1001", (7, 17), "write `{kubernetes.io/hostname: gpu-node}`"),
    Mistake(
        "a registry's Secret by its name",
        JOB + "  imagePullSecrets: registry-login\n",
        "KQ1001",
        (7, 21),
        "write `[{name: registry-login}]`",
    ),
    Mistake(
        "a variable of a shell in a name",
        "kind: Pod\nname: $NAME\ncontainers:\n- name: main\n  image: tensorflow/tensorflow:2.16.1\n",
        "KQ2102",
        (2, 7),
        "write the actual name instead of $NAME, which is not replaced here",
    ),
    Mistake(
        "the page of an image",
        "kind: Pod\nname: a\ncontainers:\n- name: main\n  image: https://hub.docker.com/r/tensorflow/tensorflow:2.16.1\n",
        "KQ3040",
        (5, 10),
        "write `image: tensorflow/tensorflow:2.16.1`",
    ),
    Mistake(
        "containers without a kind", "name: a\ncontainers:\n- name: main\n  image: busybox:1.36\n", "KQ1008", (1, 1), "add `kind: Pod`"
    ),
    Mistake(
        "a docker run",
        "docker run -v /mnt/data:/data minio/minio server /data\n",
        "KQ1007",
        (1, 1),
        "put this line in single quotes after `python -m kqmanifest from-docker`: that writes its spec",
    ),
    Mistake(
        "a Compose file",
        "services:\n  minio:\n    image: minio/minio\n",
        "KQ1008",
        (1, 1),
        "write each service of this Compose file as a spec of its own, or pass its `docker run` command to from-docker",
    ),
    Mistake(
        "a Dockerfile",
        "FROM tensorflow/tensorflow:2.16.1\nRUN pip install pandas\n",
        "KQ1007",
        (1, 1),
        "build and push the image of this Dockerfile, and write its name as the",
    ),
    Mistake(
        "a web page",
        "<!DOCTYPE html>\n<html></html>\n",
        "KQ1007",
        (1, 1),
        "save the file itself: this is HTML, a web page that shows it or an error",
    ),
    Mistake(
        "the fence of a page",
        "```yaml\nkind: Pod\n```\n",
        "KQ0047",
        (1, 1),
        "remove this line and the closing ```: they belong to the page that the text was copied from",
    ),
    Mistake(
        "a prompt",
        "$ cat spec.yaml\nkind: Pod\n",
        "KQ0046",
        (1, 1),
        "remove the line: it begins with the $ of a terminal prompt, and is not part of the file",
    ),
    Mistake(
        "two versions that git left",
        POD + "<<<<<<< HEAD\n  gpus: 1\n=======\n  gpus: 2\n>>>>>>> main\n",
        "KQ0046",
        (6, 1),
        "keep one of the two versions that git left here, and remove the lines <<<<<<<, ======= and >>>>>>>",
    ),
    Mistake(
        "full-width blanks within an object",
        "kind: Pod\nname: a\ncontainers:\n- name: main\n\u3000\u3000image: busybox:1.36\n  gpus: 1\n",
        "KQ0043",
        (6, 3),
        "write plain spaces at the beginning of line 5: the characters there only look like spaces",
    ),
    Mistake(
        "a source as far out as its mount",
        POD + "  mounts:\n  - mountPath: /a\n  nfs: {server: nfs-server, path: /training/1/}\n  - mountPath: /b\n    emptyDir: {}\n",
        "KQ0044",
        (9, 3),
        "put - and a space before the first key of each item above it, and indent the rest of the item deeper than that",
    ),
    Mistake(
        "a brace that is not closed",
        POD + "  mounts:\n  - mountPath: /a\n    nfs: {server: nfs-server, path: /training/1/\n  - mountPath: /b\n    emptyDir: {}\n",
        "KQ0018",
        (9, 14),
        "add } to close what opens on line 8, or a comma after the item before this",
    ),
    Mistake(
        "a dash that is missing",
        POD + "  mounts:\n  - mountPath: /a\n    emptyDir: {}\n    mountPath: /b\n",
        "KQ0007",
        (9, 5),
        "remove one of the two, or put - and a space before it if another item of the list begins here",
    ),
    Mistake(
        "two specs without a line between",
        "kind: Pod\nkind: Job\n",
        "KQ0007",
        (2, 1),
        "remove one of the two, or put --- on a line before it if another spec begins here",
    ),
    Mistake(
        "a mount that was copied, with its directory",
        POD
        + "  mounts:\n  - {mountPath: /kqi/output, nfs: {server: nfs-server, path: /training/2/}}\n"
        + "  - {mountPath: /kqi/parent, readOnly: true, nfs: {server: nfs-server, path: /training/2}}\n",
        "KQ4053",
        (8, 5),
        "mount another directory here, such as that of a parent",
    ),
    Mistake(
        "a claim's size without a unit",
        POD + "  mounts:\n  - {mountPath: /a, nfs: {server: nfs-server, path: /training/1/, claim: {size: 100}}}\n",
        "KQ4038",
        (7, 81),
        "did you mean 100Gi?",
    ),
    Mistake(
        "two directories in one source",
        POD + "  mounts:\n  - {mountPath: /kqi/parent, nfs: {server: nfs-server, path: [/training/1/, /training/0/]}}\n",
        "KQ1001",
        (7, 62),
        "give each path a mount of its own",
    ),
    Mistake(
        "the fence of a page around JSON",
        '{\n```json\n"kind": "Pod"}\n',
        "KQ0013",
        (2, 1),
        "remove this line and the closing ```: they belong to the page that the text was copied from",
    ),
    Mistake(
        "two versions of JSON that git left",
        '{\n<<<<<<< HEAD\n"kind": "Pod"}\n',
        "KQ0027",
        (2, 1),
        "keep one of the two versions that git left here, and remove the lines <<<<<<<, ======= and >>>>>>>",
    ),
    Mistake(
        "a long dash before an item",
        "kind: Pod\nname: a\ncontainers:\n\u2013 name: main\n  image: busybox:1.36\n",
        "KQ0043",
        (5, 3),
        "write - instead of \u2013 on line 4",
    ),
    Mistake(
        "full-width braces",
        POD + "  mounts:\n  - mountPath: /a\n    nfs: \uff5bserver: nfs-server, path: /training/1/\uff5d\n",
        "KQ0042",
        (8, 17),
        "write { instead of \uff5b, which only looks like it",
    ),
    Mistake(
        "a Japanese comma",
        POD + "  mounts:\n  - mountPath: /a\n    nfs: {server: nfs-server\u3001path: /training/1/}\n",
        "KQ0018",
        (8, 34),
        "write , instead of 、, which only looks like it",
    ),
    Mistake(
        "full-width slashes",
        POD + "  mounts:\n  - {mountPath: \uff0fkqi\uff0foutput, nfs: {server: nfs-server, path: /training/1/}}\n",
        "KQ3004",
        (7, 17),
        "write `mountPath: /kqi/output`: these characters only look like it",
    ),
    Mistake(
        "a full-width name",
        "kind: Pod\nname: \uff54\uff52\uff41\uff49\uff4e\uff0d\uff12\ncontainers:\n- name: main\n  image: tensorflow/tensorflow:2.16.1\n",
        "KQ2102",
        (2, 7),
        "did you mean train-2?",
    ),
    Mistake(
        "a volume as docker writes it",
        "kind: Pod\nname: a\nvolumes:\n  runs: nfs-server:/training/\ncontainers:\n- name: main\n  image: busybox:1.36\n",
        "KQ1001",
        (4, 9),
        "write `{nfs: {server: nfs-server, path: /training/}}`",
    ),
    Mistake(
        "a model of GPU by another word",
        POD + "  gpus: {count: 1, type: NVIDIA-A100-SXM4-40GB}\n",
        "KQ1002",
        (6, 20),
        "did you mean `product`?",
    ),
    Mistake(
        "a tag by itself",
        POD + "  tag: '2.17'\n",
        "KQ1002",
        (6, 3),
        "write it after the image's name, as in `image: tensorflow/tensorflow:2.16.1`",
    ),
    Mistake(
        "a claim beside its source",
        POD + "  mounts:\n  - {mountPath: /a, nfs: {server: nfs-server, path: /training/1/}, claim: {size: 1Ti}}\n",
        "KQ1002",
        (7, 68),
        "move it into `nfs`",
    ),
    Mistake(
        "a home directory of the node",
        POD + "  mounts:\n  - {mountPath: /a, hostPath: ~/data}\n",
        "KQ1001",
        (7, 31),
        "write the path on the node, as in `{path: /mnt/data}`: the files of this machine are not on the node",
    ),
]


COMMANDS: Final = [
    ("help", "write `kqmanifest --help`"),
    ("validate spec.yaml", "write `kqmanifest check FILE`"),
    ("apply spec.yaml", "write `kqmanifest render FILE | kubectl apply -f -`"),
    ("chekc spec.yaml", "did you mean check?"),
    ("nothing-like-it", "see `kqmanifest --help`"),
    ("--language ja check spec.yaml", "write --language after the command that it is for"),
    ("--vesion", "did you mean --version?"),
    ("--strict check spec.yaml", "write --strict after the command that it is for"),
    ("render -f spec.yaml", "write only the file name, without -f"),
    ("render spec.yaml -f json", "did you mean --format?"),
    ("render spec.yaml --lang jp", "did you mean ja?"),
    ("render spec.yaml --lang zz", "see `kqmanifest render --help`"),
    ("render spec.yaml --format=yml", "did you mean yaml?"),
    ("render spec.yaml -n sandbox", "remove -n, and set `namespace` in the spec"),
    ("render spec.yaml --dry-run=client", "remove --dry-run: no cluster is contacted, and nothing is changed"),
    ("render spec.yaml --foo", "see `kqmanifest render --help`"),
    ("diagram nowhere.svg", "write nowhere.svg after -o: it is a file to write, not to read"),
]
"""What beginners type, and how they are told what to type."""


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


@pytest.mark.parametrize(("line", "hint"), COMMANDS, ids=[line.replace(" ", "_") for line, _ in COMMANDS])
def test_a_command_that_is_none_is_told_with_its_cure(line: str, hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(line.split()) == USAGE
    said = capsys.readouterr()
    assert not said.out
    assert f"  hint: {hint}\n" in said.err
    assert "invalid" not in said.err


SEVERAL: Final = frozenset(
    {
        "a mount as docker writes it",
        "a number for a variable",
        "indentation that was lost",
        "a spec with an apiVersion",
        "a probe without its kind",
        "a volume without its kind",
    }
)
"""Where the same is wrong in several places."""


def test_the_pod_itself_is_as_it_should_be() -> None:
    assert not told(POD)
    assert not told(JOB)
