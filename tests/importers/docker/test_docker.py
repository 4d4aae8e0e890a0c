"""A line of ``docker run`` becomes specs that a cluster takes, and nothing that it says is dropped in silence."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqmanifest import emit
from kqmanifest.cli import AT_FAULT, DONE, USAGE, main
from kqmanifest.cli.excerpt import ShownText
from kqmanifest.importers import DOCKER_RUN, docker
from kqmanifest.importers.docker import Imported, from_docker
from kqmanifest.importers.docker.options import ALIASES, FLAGS, LETTERS, LISTS, NAMES, VALUED
from kqmanifest.pipeline import check, render
from kqmanifest.read import load
from kqmanifest.schema.published import KNOWN

STORY = "docker run -it -p 9000:9000 --name minio -e MINIO_ACCESS_KEY=x -v /mnt/data:/data minio/minio server /data"
ROOMS = (*docker.ROOMS_OF_FILES, *docker.ROOMS)
VALUES = {
    "add-host": "db:10.0.0.7",
    "annotation": "a=b",
    "cap-add": "NET_ADMIN",
    "cap-drop": "ALL",
    "cpu-period": "50000",
    "cpu-quota": "50000",
    "cpu-shares": "512",
    "cpus": "1.5",
    "device": "/dev/fuse",
    "dns": "8.8.8.8",
    "dns-option": "ndots:2",
    "dns-search": "example.com",
    "entrypoint": "python",
    "env": "A=b",
    "env-file": "job.env",
    "expose": "80",
    "gpus": "2",
    "group-add": "44",
    "health-cmd": "true",
    "health-interval": "10s",
    "health-retries": "2",
    "health-start-period": "5s",
    "health-timeout": "3s",
    "hostname": "db",
    "ipc": "host",
    "label": "a=b",
    "label-file": "job.labels",
    "memory": "512m",
    "memory-reservation": "256m",
    "mount": "type=bind,src=/a,dst=/b",
    "name": "db",
    "network": "host",
    "pid": "host",
    "platform": "linux/arm64",
    "publish": "80:80",
    "pull": "always",
    "restart": "always",
    "runtime": "nvidia",
    "security-opt": "no-new-privileges",
    "shm-size": "8g",
    "stop-timeout": "5",
    "sysctl": "net.core.somaxconn=1024",
    "tmpfs": "/tmp:size=64m",
    "user": "1000:1000",
    "userns": "host",
    "uts": "host",
    "volume": "/a:/c",
    "workdir": "/work",
}
FILES = {"job.env": "A=b\n# a comment\n\nB=c d\n", "job.labels": "team=vision\n"}


def written(name: str, value: str | None = None) -> str:
    return f"--{name}" if name in FLAGS else f"--{name} {value or VALUES.get(name, 'x')}"


def imported(options: str, behind: str = "") -> Imported:
    line = f"docker run {options} img:1 {behind}"
    return from_docker(line, files={name: text for name, text in FILES.items() if name in line})


def pod(options: str, behind: str = "") -> dict[str, Any]:
    found = imported(options, behind)
    assert found.specs, found.diagnostics
    return found.specs[0]


def container(options: str, behind: str = "") -> dict[str, Any]:
    only: dict[str, Any] = pod(options, behind)["containers"][0]
    return only


def codes(options: str, behind: str = "") -> list[str]:
    return [one.code for one in imported(options, behind).diagnostics]


def judged(found: Imported) -> list[tuple[str, int | None]]:
    return [(one.code, one.column) for one in found.telling(check([*found.specs])) if one.severity == "error"]


# Nothing is dropped in silence


def test_each_option_has_one_room() -> None:
    owners = Counter(name for room in ROOMS for name in room.OPTIONS)
    assert owners == dict.fromkeys(NAMES, 1)


def test_names_are_told_apart() -> None:
    assert not FLAGS & VALUED
    assert {*LETTERS.values(), *ALIASES.values()} | LISTS <= NAMES


@pytest.mark.parametrize("name", sorted(NAMES))
def test_each_option_changes_a_spec_or_is_told(name: str) -> None:
    plain, found = imported(""), imported(written(name))
    assert found.specs != plain.specs or found.diagnostics
    assert not [one for one in found.diagnostics if one.severity == "error"]


@pytest.mark.parametrize("name", sorted(FLAGS))
def test_a_flag_that_is_off_is_told(name: str) -> None:
    assert imported(f"--{name}=false").specs == imported("").specs
    assert "KQ4305" in codes(f"--{name}=false")


@pytest.mark.parametrize("name", sorted(VALUED - LISTS))
def test_what_is_said_twice_is_told_once_for_each_time_that_does_not_count(name: str) -> None:
    found = [one for one in imported(f"{written(name, VALUES.get(name, 'y'))} {written(name)}").diagnostics if one.code == "KQ4313"]
    assert [one.column for one in found] == [len("docker run --  ") + len(name)]


@pytest.mark.parametrize("name", sorted(VALUED))
def test_an_option_without_its_value_is_at_fault(name: str) -> None:
    assert [one.code for one in from_docker(f"docker run img:1 --{name}").diagnostics if one.severity == "error"] == []
    assert "KQ0313" in [one.code for one in from_docker(f"docker run --{name}").diagnostics]


# What comes of it is a spec that can be used


@st.composite
def lines(draw: st.DrawFn) -> str:
    """Write a line with some of the options, in any order and either form."""
    parts = []
    for name in draw(st.lists(st.sampled_from(sorted(NAMES)), max_size=8, unique=True)):
        value = VALUES.get(name, "x")
        parts.append(f"--{name}" if name in FLAGS else f"--{name}{draw(st.sampled_from(' ='))}{value}")
    return f"docker run {' '.join(parts)} img:1 {draw(st.sampled_from(['', 'a', 'sh -c true']))}"


@given(lines())
def test_a_spec_renders_after_it_was_written_and_read_again(line: str) -> None:
    found = from_docker(line, files={name: text for name, text in FILES.items() if name in line})
    assert found.specs
    again = load(emit.yaml(found.specs))
    assert tuple(one.value for one in again) == found.specs
    errors = [one for one in check([*found.specs]) if one.severity == "error"]
    assert {one.code for one in errors} <= REFUSED_TOGETHER
    if not errors:
        text = render([*found.specs])
        assert text == render(again) == render(load(emit.json(found.specs)))
        assert not [one for one in check(load(text)) if one.severity == "error"]


REFUSED_TOGETHER = {
    "KQ2470",  # the node's network, and settings of the Pod's own
    "KQ2473",  # privileged, and without new privileges
}
"""What docker lets pass together, and no API server does."""


def test_the_story_is_a_pod_and_a_service() -> None:
    found = from_docker(STORY)
    assert found.specs == (
        {
            "kind": "Pod",
            "name": "minio",
            "labels": {"app": "minio"},
            "restartPolicy": "Never",
            "containers": [
                {
                    "name": "minio",
                    "image": "minio/minio",
                    "args": ["server", "/data"],
                    "stdin": True,
                    "tty": True,
                    "env": {"MINIO_ACCESS_KEY": "x"},
                    "ports": [9000],
                    "mounts": [{"mountPath": "/data", "hostPath": {"path": "/mnt/data", "type": "DirectoryOrCreate"}}],
                }
            ],
        },
        {"kind": "Service", "name": "minio", "selector": {"app": "minio"}, "ports": [9000]},
    )
    told = [(one.code, one.column) for one in found.telling(check([*found.specs]))]
    assert told == [("KQ4323", 12), ("KQ4321", 19), ("KQ4041", 45), ("KQ4306", 67), ("KQ4040", 83)]


def test_keys_stand_in_the_order_in_which_people_write_them() -> None:
    found = from_docker(f"docker run {' '.join(written(name) for name in sorted(NAMES - {'network'}))} img:1 a", files=FILES)
    (only,) = found.specs[0]["containers"]
    assert [*found.specs[0]][:3] == ["kind", "name", "labels"]
    assert [*found.specs[0]][-1] == "containers"
    assert [*only][:4] == ["name", "image", "imagePullPolicy", "command"]


def test_a_fault_in_what_it_became_is_told_at_its_option() -> None:
    assert judged(imported("-v /a:/x -v /b:/x")) == [("KQ2003", 24)]
    assert judged(imported("--memory 1g --memory-reservation 2g")) == [("KQ2306", 45)]
    line = imported("-v /a:/x -v /b:/x")
    assert {(str(one.path), one.document) for one in line.telling(check([*line.specs]))} == {("", 0)}


# Mounts


@pytest.mark.parametrize(
    ("options", "mount"),
    [
        ("-v /mnt/data:/data", {"hostPath": {"path": "/mnt/data", "type": "DirectoryOrCreate"}}),
        ("-v /mnt/data:/data:ro", {"hostPath": {"path": "/mnt/data", "type": "DirectoryOrCreate"}, "readOnly": True}),
        (
            "-v /mnt/data:/data:rw,rslave",
            {"hostPath": {"path": "/mnt/data", "type": "DirectoryOrCreate"}, "mountPropagation": "HostToContainer"},
        ),
        ("-v/mnt/a.conf:/data", {"hostPath": {"path": "/mnt/a.conf", "type": "File"}}),
        ("-v /u/users/me:/data", {"hostPath": {"path": "/u/users/me", "type": "DirectoryOrCreate"}}),
        ("-v /mnt/a.d:/data", {"hostPath": {"path": "/mnt/a.d"}}),
        ("-v /home/me/.cache:/data", {"hostPath": {"path": "/home/me/.cache"}}),
        ("-v /mnt/a.conf/:/data", {"hostPath": {"path": "/mnt/a.conf/", "type": "DirectoryOrCreate"}}),
        ("-v /run/mysqld.sock:/data", {"hostPath": {"path": "/run/mysqld.sock", "type": "Socket"}}),
        ("-v /dev/shm:/data", {"hostPath": {"path": "/dev/shm", "type": "Directory"}}),
        ("-v /dev/video0:/data", {"hostPath": {"path": "/dev/video0"}}),
        ("-v /etc/localtime:/data", {"hostPath": {"path": "/etc/localtime", "type": "File"}}),
        ("-v /var/run/docker.sock:/data", {"hostPath": {"path": "/var/run/docker.sock", "type": "Socket"}}),
        ("--volume=runs:/data", {"persistentVolumeClaim": {"claimName": "runs"}}),
        ("-v My_Runs:/data:ro", {"persistentVolumeClaim": {"claimName": "my-runs"}, "readOnly": True}),
        ("-v /data", {"emptyDir": {}}),
        ("-v /data:ro", {"emptyDir": {}, "readOnly": True}),
        ("--tmpfs /data", {"emptyDir": {"medium": "Memory"}}),
        ("--tmpfs /data:rw,noexec,size=64m", {"emptyDir": {"medium": "Memory", "sizeLimit": "64Mi"}}),
        ("--mount type=bind,source=/mnt/data,target=/data", {"hostPath": {"path": "/mnt/data", "type": "Directory"}}),
        ("--mount type=bind,src=/mnt/a.conf,dst=/data,readonly", {"hostPath": {"path": "/mnt/a.conf", "type": "File"}, "readOnly": True}),
        ("--mount type=bind,src=/a,dst=/data,ro=false", {"hostPath": {"path": "/a", "type": "Directory"}}),
        (
            "--mount type=bind,src=/a,dst=/data,bind-propagation=rslave",
            {"hostPath": {"path": "/a", "type": "Directory"}, "mountPropagation": "HostToContainer"},
        ),
        ("--mount src=runs,destination=/data", {"persistentVolumeClaim": {"claimName": "runs"}}),
        ("--mount type=volume,src=runs,dst=/data,volume-subpath=2", {"persistentVolumeClaim": {"claimName": "runs"}, "subPath": "2"}),
        ("--mount type=volume,dst=/data", {"emptyDir": {}}),
        ("--mount type=tmpfs,dst=/data,tmpfs-size=1g", {"emptyDir": {"medium": "Memory", "sizeLimit": "1Gi"}}),
        ("--mount type=image,src=models:1,dst=/data", {"image": {"reference": "models:1"}}),
        (
            "--mount type=volume,dst=/data,volume-opt=type=nfs,volume-opt=device=:/training/1/,volume-opt=o=addr=nfs-server",
            {"nfs": {"server": "nfs-server", "path": "/training/1/"}},
        ),
        (
            """--mount 'src=runs,dst=/data,volume-opt=type=nfs4,volume-opt=device=nfs-server:/training/1/,"volume-opt=o=ro,nfsvers=4.1"'""",
            {"volume": "runs", "nfs": {"server": "nfs-server", "path": "/training/1/", "readOnly": True}},
        ),
        (
            "--mount src=xx,dst=/data,volume-opt=type=none,volume-opt=o=bind,volume-opt=device=/srv",
            {"hostPath": {"path": "/srv", "type": "Directory"}},
        ),
        ("--mount src=xx,dst=/data,volume-opt=type=cifs,volume-opt=device=//a/b", {"persistentVolumeClaim": {"claimName": "xx"}}),
    ],
)
def test_a_mount_carries_its_source(options: str, mount: dict[str, Any]) -> None:
    assert container(options)["mounts"] == [{"mountPath": "/data", **mount}]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (r"-v 'C:\Users\me:/data'", "KQ0330"),
        (r"-v C:\Users\me:/data", "KQ0330"),
        (r"-v //c/Users:/data", "KQ0330"),
        (r"-v /c/Users:/data", "KQ0330"),
        (r"-v /mnt/c/Users:/data", "KQ0330"),
        (r"-v \\\\server\\share:/data", "KQ0330"),
        (r"-v '%cd%\data:/data'", "KQ0301"),
        ("-v a:/data", "KQ0331"),
        ("-v a:/data:ro", "KQ0331"),
        ("--mount src=a,dst=/data", "KQ0331"),
        (r"--mount 'type=bind,src=C:\a,dst=/data'", "KQ0330"),
        (r"--mount 'type=npipe,src=\\.\pipe\a,dst=/data'", "KQ0330"),
        ("-v ./data:/data", "KQ0331"),
        ("-v runs/1:/data", "KQ0331"),
        ("-v /runs:data", "KQ0331"),
        ("-v data", "KQ0331"),
        ("--tmpfs data", "KQ0331"),
        ("--mount type=bind,src=data,dst=/data", "KQ0331"),
        ("-v /a:/", "KQ0332"),
        ("-v /a:/b:c:d", "KQ0324"),
        ("-v :/b", "KQ0324"),
        ("-v /a:/b:re", "KQ0325"),
        ("--mount typ=bind,dst=/b", "KQ0333"),
        ("--mount dst=/b,volume-opt=type=nfs,volume-opt=o=addr=server,nolock", "KQ0333"),
        ("--mount type=bind, src=/a,dst=/b", "KQ0342"),
        ("--mount type=bind,src=/b", "KQ0334"),
        ("--mount type=bind,dst=/b", "KQ0334"),
        ("--mount type=bund,src=/a,dst=/b", "KQ0325"),
        ("--mount type=volume,src=/a,dst=/b", "KQ0325"),
        ("--mount type=bind,src=/a,dst=/b,readonly=yes", "KQ0325"),
        ("--mount type=bind,src=/a,dst=/b,bind-propagation=up", "KQ0325"),
        ("""--mount 'type=bind,"src=/a,dst=/b'""", "KQ0323"),
        ("--mount type=volume,dst=/b,volume-opt=type=nfs,volume-opt=device=/a", "KQ0334"),
        ("--mount type=tmpfs,dst=/b,tmpfs-size=big", "KQ0320"),
        ("--mount type=bind,src=/a,dst=/b,tmpfs-size=1g", "KQ0341"),
        ("--mount type=bind,src=/a,dst=/b,volume-opt=type=nfs", "KQ0341"),
        ("--mount type=tmpfs,src=/a,dst=/b", "KQ0341"),
        ("--tmpfs /b:size=big", "KQ0320"),
    ],
)
def test_a_mount_that_cannot_be_is_at_fault(options: str, code: str) -> None:
    assert code in codes(options)
    assert not imported(options).specs


# Ports


@pytest.mark.parametrize(
    ("options", "ports", "published"),
    [
        ("-p 80", [80], [80]),
        ("-p 8080:80", [80], [{"port": 8080, "targetPort": 80}]),
        ("-p 53:53/udp", [{"containerPort": 53, "protocol": "UDP"}], [{"port": 53, "protocol": "UDP"}]),
        (
            "-p 8000-8001:9000-9001",
            [9000, 9001],
            [{"name": "tcp-8000", "port": 8000, "targetPort": 9000}, {"name": "tcp-8001", "port": 8001, "targetPort": 9001}],
        ),
        ("-p 127.0.0.1:80:80", [80], [80]),
        ("-p '[::1]:80:80'", [80], [80]),
        ("-p 127.0.0.1::80", [80], [80]),
        ("-p 8000-8010:80", [80], [{"port": 8000, "targetPort": 80}]),
        ("-p published=8080,target=80", [80], [{"port": 8080, "targetPort": 80}]),
        ("-p 80:80 -p 80:80", [80], [80]),
        ("-p 0:80", [80], [80]),
        ("-p 127.0.0.1:0:80", [80], [80]),
        (
            "-p 53:53/tcp -p 53:53/udp",
            [53, {"containerPort": 53, "protocol": "UDP"}],
            [{"name": "tcp-53", "port": 53}, {"name": "udp-53", "port": 53, "protocol": "UDP"}],
        ),
        ("-P --expose 80", [80], [80]),
        ("--expose 80-81", [80, 81], None),
        ("--network host -p 80:80", [80], None),
    ],
)
def test_ports_become_a_service(options: str, ports: list[Any], published: list[Any] | None) -> None:
    found = imported(options)
    assert found.specs[0]["containers"][0]["ports"] == ports
    assert [one["ports"] for one in found.specs[1:]] == ([] if published is None else [published])
    assert judged(found) == []


@pytest.mark.parametrize(
    ("options", "code"),
    [
        *((f"-p {value}", "KQ0324") for value in ("x", "0", "70000", "80:x", "1:2:3:4", "80/abc", "a.b:1:2", "2-1", "target=80,x=y")),
        ("-p 1-3:1-2", "KQ0335"),
        ("-p 1-500", "KQ0336"),
        ("--expose 80:80", "KQ0324"),
        ("-p 80:80 -p 80:81", "KQ0340"),
    ],
)
def test_a_port_that_cannot_be_is_at_fault(options: str, code: str) -> None:
    assert code in codes(options)


@pytest.mark.parametrize("options", ["--name 1x", "--name My_App", "-l app=theirs", "-l 'app=of two'", "--label-file job.labels"])
def test_a_service_finds_its_pod(options: str) -> None:
    first, service = imported(f"-p 80:80 {options}").specs
    assert service["selector"].items() <= first["labels"].items()
    assert judged(imported(f"-p 80:80 {options}")) == []


# The other families


@pytest.mark.parametrize(
    ("options", "behind", "fields"),
    [
        ("", "a b", {"args": ["a", "b"]}),
        ("--entrypoint python", "a.py", {"command": ["python"], "args": ["a.py"]}),
        ("--entrypoint ''", "sh -c 'echo $HOME'", {"command": ["sh", "-c", "echo $HOME"]}),
        ("", "echo '$(X)'", {"args": ["echo", "$$(X)"]}),
        ("-w /work", "", {"workingDir": "/work"}),
        ("-u 1000:100", "", {"securityContext": {"runAsUser": 1000, "runAsGroup": 100}}),
        ("-u root", "", {"securityContext": {"runAsUser": 0}}),
        ("-u :100", "", {"securityContext": {"runAsGroup": 100}}),
        ("-it", "", {"stdin": True, "tty": True}),
        ("--pull missing", "", {"imagePullPolicy": "IfNotPresent"}),
        ("-e A=1 --env 'B=x y' -e C=", "", {"env": {"A": "1", "B": "x y", "C": ""}}),
        ("-e A=1 --env-file job.env", "", {"env": {"A": "1", "B": "c d"}}),
        ("-e 'A=$(B)'", "", {"env": {"A": "$$(B)"}}),
        ("--gpus 2", "", {"gpus": 2}),
        ("--gpus=all", "", {"gpus": 1}),
        ("""--gpus '"device=0,1"'""", "", {"gpus": 2}),
        ("--gpus device=3", "", {"gpus": 1}),
        ('--gpus "device=0,1"', "", {"gpus": 2}),
        ("--gpus device=0 --gpus device=1", "", {"gpus": 2}),
        ("--gpus 'all,\"capabilities=compute,utility\"'", "", {"gpus": 1}),
        ("--device nvidia.com/gpu=all", "", {"gpus": 1}),
        ("--device nvidia.com/gpu=0 --device nvidia.com/gpu=2", "", {"gpus": 2}),
        ("--runtime nvidia", "", {"gpus": 1}),
        ("--runtime nvidia -e NVIDIA_VISIBLE_DEVICES=0,1", "", {"gpus": 2}),
        ("--runtime nvidia -e NVIDIA_VISIBLE_DEVICES=none", "", {"env": {"NVIDIA_VISIBLE_DEVICES": "none"}}),
        ("--gpus 2 -e NVIDIA_VISIBLE_DEVICES=3", "", {"gpus": 2}),
        ("--gpus capabilities=utility", "", {"gpus": 1}),
        ("-e NVIDIA_VISIBLE_DEVICES=3", "", {"env": {"NVIDIA_VISIBLE_DEVICES": "3"}}),
        ("--shm-size=8g --cpus 1.5 -m 512m", "", {"cpu": "1500m", "memory": "512Mi", "sharedMemory": "8Gi"}),
        ("--cpus 2.0", "", {"cpu": 2}),
        ("--cpu-quota 50000", "", {"cpu": "500m"}),
        ("--cpu-quota 50000 --cpu-period 50000", "", {"cpu": 1}),
        ("-c 512 --memory-reservation 1g", "", {"resources": {"requests": {"cpu": "500m", "memory": "1Gi"}}}),
        ("--cpus 1 --cpu-shares 2048", "", {"cpu": 1}),
        ("--memory 0", "", {}),
        ("--memory 1024p", "", {"memory": "1024Pi"}),
        ("--cpu-quota 200000", "", {"cpu": 2}),
        ("--privileged --read-only", "", {"securityContext": {"privileged": True, "readOnlyRootFilesystem": True}}),
        ("--cap-add cap_net_admin --cap-drop all", "", {"securityContext": {"capabilities": {"add": ["NET_ADMIN"], "drop": ["ALL"]}}}),
        ("--security-opt no-new-privileges:true", "", {"securityContext": {"allowPrivilegeEscalation": False}}),
        ("--security-opt seccomp=unconfined", "", {"securityContext": {"seccompProfile": {"type": "Unconfined"}}}),
        ("--security-opt apparmor=docker-default", "", {"securityContext": {"appArmorProfile": {"type": "RuntimeDefault"}}}),
        ("--security-opt label=level:s0", "", {"securityContext": {"seLinuxOptions": {"level": "s0"}}}),
        (
            "--health-cmd 'curl -f localhost' --health-interval 1m30s --health-timeout 500ms",
            "",
            {
                "readinessProbe": {
                    "exec": {"command": ["/bin/sh", "-c", "curl -f localhost"]},
                    "periodSeconds": 90,
                    "timeoutSeconds": 1,
                    "failureThreshold": 3,
                }
            },
        ),
    ],
)
def test_the_container_gets_what_is_asked_for(options: str, behind: str, fields: dict[str, Any]) -> None:
    assert container(options, behind) == {"name": "img", "image": "img:1", **fields}
    assert judged(imported(options, behind)) == []


@pytest.mark.parametrize(
    ("options", "fields"),
    [
        ("--restart no", {}),
        ("--restart on-failure:3", {"restartPolicy": "OnFailure"}),
        ("--restart=always", {"restartPolicy": "Always"}),
        ("--restart unless-stopped", {"restartPolicy": "Always"}),
        ("--stop-timeout 5", {"terminationGracePeriodSeconds": 5}),
        (
            "--net=host --pid host --ipc=host",
            {"hostNetwork": True, "hostPID": True, "hostIPC": True, "dnsPolicy": "ClusterFirstWithHostNet"},
        ),
        ("--network name=host", {"hostNetwork": True, "dnsPolicy": "ClusterFirstWithHostNet"}),
        ("-h db.example.com", {"hostname": "db"}),
        ("--add-host db:10.0.0.7 --add-host=cache=10.0.0.7", {"hostAliases": [{"ip": "10.0.0.7", "hostnames": ["db", "cache"]}]}),
        ("--add-host db:::1", {"hostAliases": [{"ip": "::1", "hostnames": ["db"]}]}),
        ("--dns 8.8.8.8 --dns-search a.b", {"dnsPolicy": "None", "dnsConfig": {"nameservers": ["8.8.8.8"], "searches": ["a.b"]}}),
        ("--dns-opt ndots:2", {"dnsConfig": {"options": [{"name": "ndots", "value": "2"}]}}),
        ("-l a=b --label 'c=d e' --annotation f=g", {"labels": {"a": "b"}, "annotations": {"c": "d e", "f": "g"}}),
        ("--label-file job.labels", {"labels": {"team": "vision"}}),
        ("--platform amd64", {"nodeSelector": {"kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64"}}),
        ("--platform arm/v7", {"nodeSelector": {"kubernetes.io/os": "linux", "kubernetes.io/arch": "arm"}}),
        ("--platform linux/aarch64", {"nodeSelector": {"kubernetes.io/os": "linux", "kubernetes.io/arch": "arm64"}}),
        ("--group-add 44", {"securityContext": {"supplementalGroups": [44]}}),
        ("--sysctl net.core.somaxconn=9", {"securityContext": {"sysctls": [{"name": "net.core.somaxconn", "value": "9"}]}}),
        ("--runtime runsc", {"runtimeClassName": "runsc"}),
        ("--runtime io.containerd.runc.v2", {}),
    ],
)
def test_the_pod_gets_what_is_asked_for(options: str, fields: dict[str, Any]) -> None:
    found = {key: value for key, value in pod(options).items() if key not in {"kind", "name", "containers"}}
    assert found == {"restartPolicy": "Never", **fields}
    assert judged(imported(options)) == []


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ("--shm-siz 8g", "KQ0312"),
        ("-x", "KQ0312"),
        ("--rm=perhaps", "KQ0314"),
        ("-m big", "KQ0320"),
        ("--cpus many", "KQ0321"),
        ("--cpu-quota many", "KQ0321"),
        ("--cpu-shares many", "KQ0321"),
        ("--stop-timeout soon", "KQ0321"),
        ("--restart always:3", "KQ0321"),
        ("--health-retries x", "KQ0321"),
        ("--pid none", "KQ0325"),
        ("--uts other", "KQ0325"),
        ("--health-cmd a --health-interval soon", "KQ0322"),
        ("--add-host db", "KQ0324"),
        ("--sysctl a", "KQ0324"),
        ("--platform Linux", "KQ0324"),
        ("--cap-add NET_ADMIN,SYS_TIME", "KQ0324"),
        ("--cap-drop net_admn", "KQ0324"),
        ("-u 4294967294", "KQ0321"),
        ("-l =a", "KQ0324"),
        ("--restart allways", "KQ0325"),
        ("--pull often", "KQ0325"),
        ("--pid mine", "KQ0325"),
        ("--uts mine", "KQ0325"),
        ("--network name=a,alis=b", "KQ0325"),
        ("--security-opt x=y", "KQ0325"),
        ("-e =a", "KQ0326"),
        ("--env-file other.env", "KQ0327"),
        ("--label-file other.env", "KQ0327"),
        ("--gpus some", "KQ0329"),
        ("--gpus 0,1", "KQ0329"),
        ("--gpus all,0", "KQ0329"),
        ("-w work", "KQ0331"),
        ("--entrypoint ''", "KQ0337"),
    ],
)
def test_what_docker_would_not_take_is_at_fault(options: str, code: str) -> None:
    assert code in codes(options)
    assert not imported(options).specs


@pytest.mark.parametrize(
    ("line", "code", "column"),
    [
        ("", "KQ0310", 1),
        ("docker ps", "KQ0310", 1),
        ("docker run a\ndocker run b", "KQ0311", 1),
        ("docker run", "KQ0315", 1),
        ("docker run -v /a:/b $IMAGE", "KQ0301", 21),
        ("docker run \\\n -v /a:/b\n img:1", "KQ0315", 1),
        ("docker run img:1\n -v /a:/b", "KQ0339", 2),
        ("docker run img:1 -it", "KQ4325", 18),
        ("docker run img:1 -p 80:80", "KQ4325", 18),
        ("docker run img:1 -v /a:/b", "KQ4325", 18),
        ("docker run img:1 -e FOO=bar", "KQ4325", 18),
        ("docker run img:1 --restart always", "KQ4325", 18),
        ("docker run -d \\ \n img:1", "KQ0305", 15),
        ("docker run -v /a:/b \\\n # a comment\n -p 80:80 img:1", "KQ0339", 2),
        ("docker pull img:1 && docker run img:1", "KQ4302", 1),
        ("sudo -E docker run img:1", "KQ4303", 6),
    ],
)
def test_the_line_itself_is_judged(line: str, code: str, column: int) -> None:
    assert (code, column) in [(one.code, one.column) for one in from_docker(line).diagnostics]


@pytest.mark.parametrize(
    "start",
    [
        *("sudo -E docker run", "env A=b docker run", "nohup docker run", "winpty docker.exe run", "{ docker run", "if ! docker run"),
        *("for i in 1 2; do docker run", "docker build -t img:$B .\n docker run", "# docker run", "me@host:~$ docker run"),
        "docker run",
        "$ docker run",
        "sudo docker container run",
        "podman run",
        "docker --context x create",
        "/usr/bin/docker run",
    ],
)
def test_a_run_is_found(start: str) -> None:
    assert from_docker(f"{start} img:1").specs[0]["containers"] == [{"name": "img", "image": "img:1"}]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("docker pull img:1; docker run img:1", "docker pull is another command, and is left out"),
        ("export A=secret; docker run img:1", "export is another command, and is left out"),
        ("docker login -p secret && docker run img:1 | tee log", "docker login is another command, and is left out"),
    ],
)
def test_another_command_is_told_by_its_name(line: str, told: str) -> None:
    found = from_docker(line)
    assert found.specs
    assert told in [one.message for one in found.diagnostics]
    assert not [one for one in found.diagnostics if "secret" in one.message]


@pytest.mark.parametrize("line", ["docker run img:1; echo $?", "echo $(pwd)\ndocker run img:1", "docker run img:1 && echo “done”"])
def test_what_other_commands_leave_to_a_shell_is_nobodys_concern(line: str) -> None:
    assert [one.code for one in from_docker(line).diagnostics] == ["KQ4302"]


@pytest.mark.parametrize("line", ["A=$(pwd); B=x\ndocker run img:1", "docker run img:1 || true", "if true; then\ndocker run img:1\nfi"])
def test_what_does_nothing_is_not_told(line: str) -> None:
    assert from_docker(line).diagnostics == ()


@pytest.mark.parametrize("line", ["docker compose run web", "docker-compose up", "sudo docker compose up -d"])
def test_compose_is_told_apart(line: str) -> None:
    (one,) = from_docker(line).diagnostics
    assert (one.code, "Compose file" in one.hint) == ("KQ0310", True)


@pytest.mark.parametrize(
    ("option", "meant"),
    [
        *(("-rm", "--rm"), ("-net", "--network"), ("-name", "--name"), ("--gpu", "--gpus"), ("--shm", "--shm-size"), ("--mem", "--memory")),
        *(("--ports", "--publish"), ("--volumes", "--volume"), ("--environment", "--env"), ("--workdr", "--workdir")),
    ],
)
def test_an_unknown_option_is_told_with_the_one_that_is_meant(option: str, meant: str) -> None:
    assert hint("KQ0312", option) == f"did you mean {meant}?"


@pytest.mark.parametrize("option", ["--gpu 2", "--gpu=2", "-name web", "--workdr /w", "--privilegd"])
def test_what_follows_an_unknown_option_is_read_all_the_same(option: str) -> None:
    told = from_docker(f"docker run {option} -v b:data img:1").diagnostics
    assert [one.code for one in told if one.severity == "error"] == ["KQ0312", "KQ0331"]


def test_arguments_of_the_program_are_no_options() -> None:
    assert container("", "serve --port 80 -c x")["args"] == ["serve", "--port", "80", "-c", "x"]
    assert codes("", "serve --rm") == []


def test_a_file_that_the_line_does_not_name_is_told() -> None:
    (one,) = from_docker("docker run --env-file job.env img:1", files={"job.env": "A=b", "jobs.env": ""}).diagnostics
    assert (one.code, one.hint) == ("KQ0338", "did you mean job.env?")


@pytest.mark.parametrize(
    ("line", "value", "told"),
    [
        ("-e A=1 -e A=2", "2", True),
        ("-e A=1 -e B=1", "1", False),
        ("--env-file f -e A=2", "2", False),
        ("-e A=2 --env-file f", "2", False),
    ],
)
def test_a_variable_that_is_given_again_is_told_where_no_file_gives_it(line: str, value: str, told: bool) -> None:  # noqa: FBT001  a table of cases
    imported = from_docker(f"docker run {line} a", files={"f": "A=1"} if "f" in line else {})
    assert imported.specs[0]["containers"][0]["env"]["A"] == value
    assert ("KQ4313" in {one.code for one in imported.diagnostics}) is told


def test_a_warning_is_said_once() -> None:
    assert codes("-v /a:/b -v /c:/d").count("KQ4306") == 1


def hint(code: str, options: str) -> str:
    return next(one.hint for one in imported(options).diagnostics if one.code == code)


@pytest.mark.parametrize(
    ("options", "ports"),
    [
        ("-p 9000:9000", "9000`"),
        ("-p 80:80", "8080:80`"),
        ("-p 53:53/udp -p 8443:443", "8443`"),
        ("-p 53:53/udp", "UDP cannot be forwarded"),
    ],
)
def test_a_port_is_forwarded_as_anybody_can(options: str, ports: str) -> None:
    assert hint("KQ4321", options).endswith(ports)


@pytest.mark.parametrize(("options", "how"), [("-it", "attach -it img`"), ("-i", "attach -i img`")])
def test_a_terminal_is_joined_as_it_is(options: str, how: str) -> None:
    assert hint("KQ4323", options).endswith(how)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ("--privileged", "KQ4326"),
        ("--sysctl net.ipv4.ip_forward=1", "KQ4306"),
        ("--tmpfs /tmp:size=1g,noexec", "KQ4304"),
        ("--security-opt label=disable", "KQ4304"),
        ("--network name=a,alias=b", "KQ4304"),
        ("-e NVIDIA_VISIBLE_DEVICES=0 --gpus 1", "KQ4305"),
        ("--entrypoint '[\"sh\"]'", "KQ4322"),
        ("--runtime nvidia", "KQ4314"),
        ("--gpus capabilities=utility", "KQ4304"),
        ("--health-cmd true --health-interval 1500ms", "KQ4317"),
        ("--health-cmd true", "KQ4316"),
        ("--uts host", "KQ4304"),
        ("--cpu-shares 0", "KQ4305"),
        ("--cpu-quota 0", "KQ4305"),
        ("--uts host --network host", "KQ4305"),
        ("--uts private", "KQ4305"),
        ("--userns host", "KQ4305"),
        ("--userns keep-id", "KQ4304"),
        ("--ipc none", "KQ4304"),
        ("--network none", "KQ4304"),
    ],
)
def test_what_a_cluster_does_otherwise_is_told(options: str, code: str) -> None:
    assert code in codes(options)


@pytest.mark.parametrize("options", ["--sysctl net.ipv4.tcp_syncookies=1", "--tmpfs /tmp:rw,exec,size=1g"])
def test_what_a_cluster_does_alike_is_not_told(options: str) -> None:
    assert codes(options) == []


@pytest.mark.parametrize(("written", "told"), [("-tZx", "-Z"), ("-Zx=3", "-Zx"), ("-Z", "-Z"), ("--nope=3", "--nope")])
def test_an_unknown_option_is_named_without_its_value(written: str, told: str) -> None:
    (one,) = (one for one in imported(written).diagnostics if one.code == "KQ0312")
    assert one.values["option"] == told


def test_a_word_before_docker_is_left_out_where_a_program_takes_it() -> None:
    assert [one.code for one in from_docker("nohup -x docker run a").diagnostics] == ["KQ4303"]
    assert [one.code for one in from_docker("-x docker run a").diagnostics] == ["KQ0310"]


@pytest.mark.parametrize("option", ["--env-file", "--label-file"])
def test_a_line_of_a_file_that_names_nothing_is_told(option: str) -> None:
    told = from_docker(f"docker run {option} f a", files={"f": "# a\nA=1\n\n=2\nB C=3\n"}).diagnostics
    assert [(one.code, one.values["number"]) for one in told] == [("KQ0328", "4"), ("KQ0328", "5")]


def test_the_mount_options_that_are_left_out_are_named() -> None:
    options = "--mount 'dst=/d,volume-opt=type=nfs,volume-opt=device=s:/a,\"volume-opt=o={}\"'"
    (one,) = (one for one in imported(options.format("ro,nfsvers=4.1,soft")).diagnostics if one.code == "KQ4320")
    assert one.values["names"] == "nfsvers, soft"
    assert "KQ4320" not in codes(options.format("rw,addr=s"))


def test_only_what_is_rounded_is_told_so() -> None:
    assert "KQ4317" not in codes("--health-cmd true --health-interval 2s --health-timeout 1m")
    assert "KQ4314" not in codes("--runtime nvidia -e NVIDIA_VISIBLE_DEVICES=0")


@pytest.mark.parametrize(("options", "told"), [("-u :5", False), ("-u 5", False), ("-u :", True), ("-u ''", True)])
def test_a_user_is_told_where_it_is_nobody(options: str, told: bool) -> None:  # noqa: FBT001  a table of cases
    assert ("KQ4305" in codes(options)) is told


@pytest.mark.parametrize("arguments", ["-p 80", "-v", "-e", "-p a.py", "-v /a", "-e lower=1"])
def test_a_program_may_have_options_of_the_same_names(arguments: str) -> None:
    assert from_docker(f"docker run img:1 {arguments}").diagnostics == ()


def test_a_probe_waits_as_docker_does() -> None:
    (spec, *_) = imported("--health-cmd true").specs
    probe = spec["containers"][0]["readinessProbe"]
    assert {key: probe[key] for key in ("periodSeconds", "timeoutSeconds", "failureThreshold")} == {
        "periodSeconds": 30,
        "timeoutSeconds": 30,
        "failureThreshold": 3,
    }


def test_devices_without_their_name_are_told_how_to_be_written() -> None:
    assert "device=0,1" in hint("KQ0329", "--gpus 0,1")
    assert hint("KQ0329", "--gpus some") == "write a number, such as --gpus 1"


def test_each_cure_is_told() -> None:
    assert codes("--device /dev/fuse --device /dev/kvm --device /dev/kfd").count("KQ4304") == 2


def test_a_program_with_a_blank_is_told_once() -> None:
    found = imported("--entrypoint 'python -m http.server'")
    assert [one.code for one in found.telling(check([*found.specs]))] == ["KQ4322"]


LINES = (
    "docker run --name some-postgres -e POSTGRES_PASSWORD=x -e PGDATA=/pg/data -v /srv/pg:/pg -d postgres:16",
    "docker run --name db --network net1 -v /srv/my.cnf:/etc/mysql/conf.d/my.cnf:ro -d mysql:8.4 --character-set-server=utf8mb4",
    "docker run -d --name cache -p 127.0.0.1:6379:6379 redis:7 redis-server --save 60 1 --loglevel warning",
    "docker run --name web -v /srv/html:/srv:ro -p 8080:80 --read-only --tmpfs /run --tmpfs /var/cache/nginx -d nginx:1.27",
    "docker run -it --rm -p 8888:8888 --user root -e NB_UID=1000 -w /home/jovyan -v notebooks:/home/jovyan/work quay.io/jupyter/base:x",
    "docker run -p 9000:9000 -p 9001:9001 -v /mnt/data:/data quay.io/minio/minio:x server /data --console-address ':9001'",
    "docker run --gpus all -it --rm --ipc=host --ulimit memlock=-1 --ulimit stack=67108864 nvcr.io/nvidia/pytorch:24.07-py3",
    """docker run --gpus '"device=0,1"' --shm-size 16g -v /mnt/sets:/sets:ro -w /w pytorch/pytorch:2.3.1 torchrun a.py""",
    "docker run --runtime=nvidia -e NVIDIA_VISIBLE_DEVICES=0 -e NVIDIA_DRIVER_CAPABILITIES=all nvidia/cuda:12.4.1-base nvidia-smi",
    "docker run -d -p 8000:8000 -p 9443:9443 --restart=always -v /var/run/docker.sock:/run/docker.sock -v p_data:/data portainer:lts",
    "docker run -d --name=gitea -p 10022:22 -p 10080:3000 -v /etc/localtime:/etc/localtime:ro -v /var/lib/gitea:/data gitea:1.22",
    "docker run -d --name ha --privileged --restart=unless-stopped -e TZ=Asia/Tokyo -v /run/dbus:/run/dbus:ro --network=host assistant:1",
    "docker run -d --name dns -p 53:53/tcp -p 53:53/udp -p 80:80 --cap-add=NET_ADMIN --dns=127.0.0.1 --dns=1.1.1.1 --hostname pi pihole:1",
    "docker run -d --cap-add NET_ADMIN --cap-add SYS_MODULE --sysctl net.ipv4.conf.all.src_valid_mark=1 -p 51820:51820/udp wireguard:1",
    "docker run -v /:/rootfs:ro -v /sys:/sys:ro -v /var/lib/docker/:/var/lib/docker:ro -p 8080:8080 --detach=true cadvisor:v0.49",
    "docker run -d --net=host --pid=host -v /:/host:ro,rslave node-exporter:1 --path.rootfs=/host",
    "docker run -d --add-host=host.docker.internal:host-gateway --gpus=all -v ollama:/models -p 11434:11434 ollama/ollama:0.3",
    "docker run -d --health-cmd 'curl -f localhost || exit 1' --health-interval=5m --health-timeout=3s --health-start-period=15s app:1",
    "docker run --log-driver json-file --log-opt max-size=10m --memory 512m --memory-swap 1g --cpus .5 --init --stop-timeout 30 app:1",
    "docker run --security-opt=no-new-privileges --security-opt seccomp=unconfined --cap-drop=ALL --read-only --tmpfs /tmp:size=1g app:1",
    "docker run --mount type=bind,src=/srv/a,dst=/a,bind-propagation=rslave,readonly --mount src=bb,target=/b localhost:5000/x@sha256:"
    + "0" * 64,
    'docker run -l "com.example=a b" -l traefik.enable=true -l "rule=Host(a)" app:1',
    "docker run -itd -vdata:/data -p80:80 -e'A=b c' -w/work -uroot --restart on-failure:3 ubuntu:24.04 bash -c 'while true; do :; done'",
    "$ sudo docker run -d \\\n>   --name web \\\n>   -p 80:80 \\\n>   nginx:1.27",
)
"""Such as people write: a server, a notebook, a training, an agent of the node."""


@pytest.mark.parametrize("kubernetes", [KNOWN[0], KNOWN[-1]])
@pytest.mark.parametrize("line", LINES)
def test_lines_that_people_write_become_manifests(line: str, kubernetes: str) -> None:
    found = from_docker(line)
    assert found.specs, found.diagnostics
    text = render([*found.specs], kubernetes=kubernetes)
    assert not [one for one in check(load(text), kubernetes=kubernetes) if one.severity == "error"]


# Secrets, and nonsense

SECRETS = st.text("abcdefghijklmnopqrstuvwxyz0123456789 '\"$\\", min_size=10, max_size=30).map("q7z{}".format)
FORMS = ["-e '{}'", "--env='{}'", "-ite'{}'", "-e='{}'", "'-e{}'", "-e '{}' -e A=1 -x", "-e '{}' 'unclosed"]


@given(SECRETS, st.sampled_from(FORMS), st.sampled_from(["A", "PASS_WORD", "a.b"]))
def test_values_of_variables_are_never_told(secret: str, form: str, name: str) -> None:
    value = secret.replace("'", "'\\''")
    line = f"docker run {form.format(f'{name}={value}')} -v /a:/x -v /b:/x img:1"
    found = from_docker(line)
    for one in found.telling(check([*found.specs])):
        assert "q7z" not in f"{one}{one.hint}{one.values}"
    shown = ShownText.of(line, DOCKER_RUN).excerpt(1, 1, room=1000)
    assert shown
    assert "q7z" not in shown.line
    assert "docker run" in shown.line


@given(SECRETS.filter(lambda text: "=" not in text), st.sampled_from(["-e '{}'", "--env='{}'", "-e'{}'"]), st.sampled_from(": "))
def test_what_stands_behind_a_slip_for_an_equals_sign_is_never_told(secret: str, form: str, slip: str) -> None:
    value = secret.replace("'", "'\\''")
    line = f"docker run {form.format(f'A{slip}{value}')} -v /a:/x -v /b:/x img:1"
    found = from_docker(line)
    assert ("KQ4312", "write A=VALUE") in [(one.code, one.hint) for one in found.diagnostics]
    for one in found.telling(check([*found.specs])):
        assert "q7z" not in f"{one}{one.hint}{one.values}"
    shown = ShownText.of(line, DOCKER_RUN).excerpt(1, 1, room=1000)
    assert shown
    assert "q7z" not in shown.line


TOKENS = st.sampled_from(
    ["docker", "run", "-v", "-p", "-e", "--mount", "--gpus", "'", '"', "\\", "\n", "$", "(", "<a>", "=", ":", ",", "/", "-", "--"]
)
NAMED = st.sampled_from(sorted(NAMES)).map("--{}".format)
VALUED_TEXT = st.text(st.sampled_from("/ab:,=0129-_.@[]\"'") | st.characters(), max_size=12)


@given(st.lists(TOKENS | NAMED | VALUED_TEXT, max_size=14).map(" ".join) | st.text(max_size=40))
def test_any_text_is_answered(text: str) -> None:
    for line in (text, f"docker run {text} img:1"):
        found = from_docker(line)
        told = found.telling(check([*found.specs]) if found.specs else ())
        assert found.specs or any(one.severity == "error" for one in told)
        assert all(one.line and one.column for one in told)


@given(st.sampled_from(sorted(VALUED)), VALUED_TEXT)
def test_any_value_is_taken_or_told(name: str, value: str) -> None:
    found = from_docker(f"docker run '--{name}={value.replace(chr(39), '')}' img:1")
    assert found.specs or any(one.severity == "error" for one in found.diagnostics)


# At the command line


def said(capsys: pytest.CaptureFixture[str], *arguments: str, ends: int = DONE) -> tuple[str, str]:
    assert main(["from-docker", *arguments]) == ends
    told = capsys.readouterr()
    return told.out, told.err


def test_the_spec_is_printed_and_what_differs_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    out, err = said(capsys, STORY)
    assert tuple(one.value for one in load(out)) == from_docker(STORY).specs
    assert re.search(r"^<docker run>:1:67: warning: .+ \[KQ4306\]$", err, re.MULTILINE)
    assert "-e MINIO_ACCESS_KEY=•••" in err


def test_the_manifest_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    out, _ = said(capsys, STORY, "--render", "--format", "json", "--ignore", "KQ4")
    assert [one["kind"] for one in json.loads(out)["items"]] == ["Pod", "Service"]
    assert said(capsys, "--render", "--format", "json", *STORY.split()) == (out, said(capsys, "--render", STORY)[1])


def test_words_are_the_same_as_the_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, *STORY.split()) == said(capsys, "--", *STORY.split()) == said(capsys, STORY)


def test_a_fault_is_told_under_the_line_and_nothing_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    out, err = said(capsys, "docker run -v /a:/x -v /b:/x img:1", "--color", "never", ends=AT_FAULT)
    assert out == ""
    assert err.startswith(
        "<docker run>:1:24: error: /x is already mounted from node /a [KQ2003]\n   1 | docker run -v /a:/x -v /b:/x img:1\n"
    )


def test_a_line_can_be_piped_in() -> None:
    command = [sys.executable, "-m", "kqmanifest", "from-docker", "-"]
    run = subprocess.run(command, input="$ docker run \\\n> -e A=1 img:1\n", capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (DONE, "")
    assert 'A: "1"' in run.stdout


def test_a_code_that_is_ignored_is_not_told(capsys: pytest.CaptureFixture[str]) -> None:
    line = "docker run --privileged -v /a:/x img:1"
    assert [code in said(capsys, line)[1] for code in ("KQ4306", "KQ4326")] == [True, True]
    assert [code in said(capsys, "--ignore", "KQ4306", line)[1] for code in ("KQ4306", "KQ4326")] == [False, True]
    assert said(capsys, "--ignore", "KQ4", line)[1] == ""
    assert "KQ2003" in said(capsys, "--ignore", "KQ4", f"{line[:-5]} -v /b:/x img:1", ends=AT_FAULT)[1]


def test_a_file_is_handed_over(capsys: pytest.CaptureFixture[str], tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "job.env").write_text("LR=0.01\n", "utf-8")
    line = "docker run --env-file job.env img:1"
    out, _ = said(capsys, "--env-file", "job.env", line)
    assert 'LR: "0.01"' in out
    assert "KQ0327" in said(capsys, line, ends=AT_FAULT)[1]
    assert "KQ0090" in said(capsys, "--env-file", "other.env", line, ends=USAGE)[1]


@pytest.mark.parametrize(
    "arguments", [[], ["--"], ["--render"], ["--frmat", "json", STORY], [STORY, "--frmat", "json"], [STORY, "--kubernetes", "0.9"]]
)
def test_a_wrong_use_ends_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, *arguments, ends=USAGE)[0] == ""


def test_diagnostics_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    _, err = said(capsys, "docker run img:1", "--diagnostics", "json")
    assert err == "[]\n"
