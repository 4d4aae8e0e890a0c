"""Block devices: volumes that a container sees as a disk without a file system (``volumeDevices``)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.rules.constraints import matches, required, unique_by
from kqmanifest.rules.forms import WITHOUT_DOT_DOT
from kqmanifest.rules.rule import found, rule
from kqmanifest.rules.volumes.volumes import FEW
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.paths import climbs
from kqmanifest.vocabulary.pods import containers, devices, mounts, volumes
from kqmanifest.vocabulary.sources import source
from kqmanifest.vocabulary.spelling import Words

DEVICES: Final = ("Container.volumeDevices", "EphemeralContainer.volumeDevices")


device_is_listed_twice = unique_by(
    "KQ2020",
    DEVICES,
    "name",
    message="the volume {value} is already a device of this container",
    hints="keep one of the two: a container has a device at only one path",
    at_key=True,
    may_be_empty=True,
    reason="Invalid",
    upstream="core/validation.ValidateVolumeDevices",
    page="""A container may list a block device only once.

    Wrong:
        containers: [{name: main, volumeDevices: [{name: disk, devicePath: /dev/xvda}, {name: disk, devicePath: /dev/xvdb}]}]
        volumes: [{name: disk, persistentVolumeClaim: {claimName: disk}}]

    Right:
        containers: [{name: main, volumeDevices: [{name: disk, devicePath: /dev/xvda}]}]
        volumes: [{name: disk, persistentVolumeClaim: {claimName: disk}}]
    """,
)


@rule(
    "KQ2021",
    DEVICES,
    "`devicePath` {path} is already taken by another device",
    "give each device a path of its own",
    reason="Invalid",
    upstream="core/validation.ValidateVolumeDevices",
)
def device_path_is_taken(volume_devices: list[dict[str, Any]]) -> Iterator[Spot]:
    """Two devices of a container have the same path.

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


device_path_contains_dot_dot = matches(
    "KQ2022",
    "VolumeDevice.devicePath",
    WITHOUT_DOT_DOT,
    upstream="core/validation.ValidateVolumeDevices",
    page="""The path of a device must not contain ``..``.

    Wrong:
        containers: [{name: main, volumeDevices: [{name: disk, devicePath: /dev/../xvda}]}]
        volumes: [{name: disk, persistentVolumeClaim: {claimName: disk}}]

    Right:
        containers: [{name: main, volumeDevices: [{name: disk, devicePath: /dev/xvda}]}]
        volumes: [{name: disk, persistentVolumeClaim: {claimName: disk}}]
    """,
)


device_path_is_empty = required(
    "KQ2023",
    "VolumeDevice.devicePath",
    hints="write the path at which the container sees the device, such as /dev/xvda",
    upstream="core/validation.ValidateVolumeDevices",
    page="""A device must have a path in the container.

    Wrong:
        containers: [{name: main, volumeDevices: [{name: disk, devicePath: ""}]}]
        volumes: [{name: disk, persistentVolumeClaim: {claimName: disk}}]

    Right:
        containers: [{name: main, volumeDevices: [{name: disk, devicePath: /dev/xvda}]}]
        volumes: [{name: disk, persistentVolumeClaim: {claimName: disk}}]
    """,
)


device_without_a_volume = required(
    "KQ2024",
    "VolumeDevice.name",
    message="a device needs the `name` of a volume",
    hints="set `name` to one of the pod's volumes",
    upstream="core/validation.ValidateVolumeDevices",
    page="""A device must name the volume that it shows.

    Wrong:
        containers: [{name: main, volumeDevices: [{name: "", devicePath: /dev/xvda}]}]
        volumes: [{name: disk, persistentVolumeClaim: {claimName: disk}}]

    Right:
        containers: [{name: main, volumeDevices: [{name: disk, devicePath: /dev/xvda}]}]
        volumes: [{name: disk, persistentVolumeClaim: {claimName: disk}}]
    """,
)


@rule(
    "KQ2025",
    "PodSpec",
    "no volume of this pod is called {name}",
    "did you mean `{near}`?",
    "declare it: `volumes: [{{name: {name}, persistentVolumeClaim: {{claimName: …}}}}]`",
    needs=DEVICES,
    reason="NotFound",
    upstream="core/validation.ValidateVolumeDevices",
)
def device_of_an_undeclared_volume(pod_spec: dict[str, Any]) -> Iterator[Spot]:
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
    "the volume {name}, from {source}, cannot be a block device: it holds files",
    "mount it under `volumeMounts`, or use a claim with `volumeMode: Block`",
    needs=DEVICES,
    reason="Invalid",
    upstream="core/validation.ValidateVolumeDevices",
)
def device_of_a_volume_of_files(pod_spec: dict[str, Any]) -> Iterator[Spot]:
    """Only a claim (``persistentVolumeClaim`` or ``ephemeral``) can be used as a block device.

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
    "the volume {name} is used as a block device, and also mounted at {mount}",
    "keep one of the two: a block device has no files to mount",
    needs="volumeDevices",
    reason="Invalid",
    upstream="core/validation.ValidateVolumeDevices",
)
def volume_is_a_device_and_mounted(container: dict[str, Any]) -> Iterator[Spot]:
    """A container can use a volume as a block device or as files, not as both.

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
    "`devicePath` {path} is also the path of a mount",
    "give the device a path of its own, such as /dev/xvda",
    needs="volumeDevices",
    reason="Invalid",
    upstream="core/validation.ValidateVolumeDevices",
)
def device_path_is_a_mount_path(container: dict[str, Any]) -> Iterator[Spot]:
    """A device and a mount of a container must not have the same path.

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
