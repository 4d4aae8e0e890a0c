"""Block devices: volumes that a container sees as a disk without a file system (``volumeDevices``)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.rules.rule import found, rule
from kqmanifest.rules.volumes.volumes import FEW
from kqmanifest.schema.walk import Finding
from kqmanifest.spelling import Words
from kqmanifest.vocabulary.paths import climbs
from kqmanifest.vocabulary.pods import containers, devices, mounts, volumes
from kqmanifest.vocabulary.sources import source

DEVICES: Final = ("Container.volumeDevices", "EphemeralContainer.volumeDevices")


@rule(
    "KQ2020",
    DEVICES,
    "the volume {name} is already a device of this container",
    "keep one of the two: a container sees a device at one path",
)
def device_is_shown_twice(volume_devices: list[dict[str, Any]]) -> Iterator[Finding]:
    """A container sees a device once.

    Wrong:
        containers: [{name: main, volumeDevices: [{name: disk, devicePath: /dev/xvda}, {name: disk, devicePath: /dev/xvdb}]}]
        volumes: [{name: disk, persistentVolumeClaim: {claimName: disk}}]

    Right:
        containers: [{name: main, volumeDevices: [{name: disk, devicePath: /dev/xvda}]}]
        volumes: [{name: disk, persistentVolumeClaim: {claimName: disk}}]
    """
    taken: set[str] = set()
    for index, device in enumerate(volume_devices):
        name = device["name"]
        if name and name in taken:
            yield found(index, "name", name=name)
        taken.add(name)


@rule("KQ2021", DEVICES, "another device is already at {path}", "give each device a path of its own")
def device_path_is_taken(volume_devices: list[dict[str, Any]]) -> Iterator[Finding]:
    """Two devices of a container have one path.

    Wrong:
        containers: [{name: main, volumeDevices: [{name: a, devicePath: /dev/xvda}, {name: b, devicePath: /dev/xvda}]}]
        volumes: [{name: a, persistentVolumeClaim: {claimName: a}}, {name: b, persistentVolumeClaim: {claimName: b}}]

    Right:
        containers: [{name: main, volumeDevices: [{name: a, devicePath: /dev/xvda}, {name: b, devicePath: /dev/xvdb}]}]
        volumes: [{name: a, persistentVolumeClaim: {claimName: a}}, {name: b, persistentVolumeClaim: {claimName: b}}]
    """
    taken: set[str] = set()
    for index, device in enumerate(volume_devices):
        path = device["devicePath"]
        if path and path in taken and not climbs(path):
            yield found(index, "devicePath", path=path)
        taken.add(path)


@rule("KQ2022", "VolumeDevice.devicePath", "the device path {path} holds a step `..`", "write the path without `..`")
def device_path_climbs(path: str) -> Iterator[Finding]:
    """A device's path does not lead upwards.

    Wrong:
        containers: [{name: main, volumeDevices: [{name: disk, devicePath: /dev/../xvda}]}]
        volumes: [{name: disk, persistentVolumeClaim: {claimName: disk}}]

    Right:
        containers: [{name: main, volumeDevices: [{name: disk, devicePath: /dev/xvda}]}]
        volumes: [{name: disk, persistentVolumeClaim: {claimName: disk}}]
    """
    if climbs(path):
        yield found(path=path)


@rule("KQ2023", "VolumeDevice.devicePath", "a device path is empty", "write where the container sees the device, such as /dev/xvda")
def device_path_is_empty(path: str) -> Iterator[Finding]:
    """A device needs a place in the container.

    Wrong:
        containers: [{name: main, volumeDevices: [{name: disk, devicePath: ""}]}]
        volumes: [{name: disk, persistentVolumeClaim: {claimName: disk}}]

    Right:
        containers: [{name: main, volumeDevices: [{name: disk, devicePath: /dev/xvda}]}]
        volumes: [{name: disk, persistentVolumeClaim: {claimName: disk}}]
    """
    if not path:
        yield found()


@rule("KQ2024", "VolumeDevice.name", "a device names no volume", "write the name of one of the pod's volumes")
def device_without_a_volume(name: str) -> Iterator[Finding]:
    """A device names the volume that it shows.

    Wrong:
        containers: [{name: main, volumeDevices: [{name: "", devicePath: /dev/xvda}]}]
        volumes: [{name: disk, persistentVolumeClaim: {claimName: disk}}]

    Right:
        containers: [{name: main, volumeDevices: [{name: disk, devicePath: /dev/xvda}]}]
        volumes: [{name: disk, persistentVolumeClaim: {claimName: disk}}]
    """
    if not name:
        yield found()


@rule(
    "KQ2025",
    "PodSpec",
    "no volume of this pod is called {name}",
    "did you mean `{near}`?",
    "declare it: `volumes: [{{name: {name}, persistentVolumeClaim: {{claimName: …}}}}]`",
    needs=DEVICES,
)
def device_of_an_undeclared_volume(pod_spec: dict[str, Any]) -> Iterator[Finding]:
    """A device names a volume that its pod does not declare.

    Wrong:
        containers: [{name: main, volumeDevices: [{name: dsk, devicePath: /dev/xvda}]}]
        volumes: [{name: disk, persistentVolumeClaim: {claimName: disk}}]

    Right:
        containers: [{name: main, volumeDevices: [{name: disk, devicePath: /dev/xvda}]}]
        volumes: [{name: disk, persistentVolumeClaim: {claimName: disk}}]
    """
    known = volumes(pod_spec)
    words = Words(known if len(known) <= FEW else ())
    for place, container in containers(pod_spec):
        for index, device in enumerate(devices(container)):
            name = device["name"]
            if name and name not in known:
                yield found(*place, "volumeDevices", index, "name", name=name, near=words.nearest(name))


@rule(
    "KQ2026",
    "PodSpec",
    "the volume {name}, from {source}, cannot be a device: it holds files",
    "mount it under `volumeMounts`, or take a claim with `volumeMode: Block`",
    needs=DEVICES,
)
def device_of_a_volume_of_files(pod_spec: dict[str, Any]) -> Iterator[Finding]:
    """Only a claim, or an ephemeral claim, can be seen as a device.

    Wrong:
        containers: [{name: main, volumeDevices: [{name: scratch, devicePath: /dev/xvda}]}]
        volumes: [{name: scratch, emptyDir: {}}]

    Right:
        containers: [{name: main, volumeDevices: [{name: disk, devicePath: /dev/xvda}]}]
        volumes: [{name: disk, persistentVolumeClaim: {claimName: disk}}]
    """
    known = volumes(pod_spec)
    for place, container in containers(pod_spec):
        for index, device in enumerate(devices(container)):
            volume = known.get(device["name"])
            if volume and volume.get("persistentVolumeClaim") is None and volume.get("ephemeral") is None:
                yield found(*place, "volumeDevices", index, "name", name=volume["name"], source=source(volume))


@rule(
    "KQ2027",
    ("Container", "EphemeralContainer"),
    "the volume {name} is shown as a device, and mounted at {mount} as well",
    "keep one of the two: a disk without a file system has no files to mount",
    needs="volumeDevices",
)
def volume_is_a_device_and_mounted(container: dict[str, Any]) -> Iterator[Finding]:
    """A container sees a volume either as a device or as files.

    Wrong:
        containers: [{name: main, volumeDevices: [{name: disk, devicePath: /dev/xvda}], volumeMounts: [{name: disk, mountPath: /data}]}]
        volumes: [{name: disk, persistentVolumeClaim: {claimName: disk}}]

    Right:
        containers: [{name: main, volumeDevices: [{name: disk, devicePath: /dev/xvda}]}]
        volumes: [{name: disk, persistentVolumeClaim: {claimName: disk}}]
    """
    mounted = {mount["name"]: mount["mountPath"] for mount in mounts(container)}
    for index, device in enumerate(devices(container)):
        name = device["name"]
        if name and name in mounted:
            yield found("volumeDevices", index, "name", name=name, mount=mounted[name])


@rule(
    "KQ2028",
    ("Container", "EphemeralContainer"),
    "{path} is the path of a mount, too",
    "give the device a path of its own, such as /dev/xvda",
    needs="volumeDevices",
)
def device_path_is_a_mount_path(container: dict[str, Any]) -> Iterator[Finding]:
    """A container can see only one thing at a path.

    Wrong:
        containers: [{name: main, volumeDevices: [{name: disk, devicePath: /data}], volumeMounts: [{name: files, mountPath: /data}]}]
        volumes: [{name: disk, persistentVolumeClaim: {claimName: disk}}, {name: files, emptyDir: {}}]

    Right:
        containers: [{name: main, volumeDevices: [{name: disk, devicePath: /dev/xvda}], volumeMounts: [{name: files, mountPath: /data}]}]
        volumes: [{name: disk, persistentVolumeClaim: {claimName: disk}}, {name: files, emptyDir: {}}]
    """
    mounted = {mount["mountPath"] for mount in mounts(container)}
    for index, device in enumerate(devices(container)):
        path = device["devicePath"]
        if path and path in mounted:
            yield found("volumeDevices", index, "devicePath", path=path)
