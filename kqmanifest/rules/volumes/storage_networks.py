"""Disks on a storage network: what iSCSI and Fibre Channel volumes require."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.rules.constraints import at_least_one_of, not_together, required
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot

LAST_LUN: Final = 255
LONGEST_ISCSI_NAME: Final = 64
FC_DISKS: Final = ("targetWWNs", "wwids")
_IQN: Final = re.compile(r"iqn\.\d{4}-\d{2}\.[A-Za-z0-9.-]", re.ASCII)
_BEFORE_A_COLON: Final = re.compile(r"(?<![A-Za-z0-9.-])[A-Za-z0-9.-]++(?=:.)", re.ASCII | re.DOTALL)
_NO_PART_OF_A_NAME: Final = re.compile(r"[,;*&$|\t\n\f\r ]")
_NUMBERED: Final = re.compile(r"eui.[A-Za-z0-9]{16}|naa.[A-Za-z0-9]{32}", re.ASCII)


def is_iscsi_name(name: str) -> bool:
    """Return whether a name is one of the three kinds of iSCSI names, as the server reads them."""
    # The server asks for `iqn\.\d{4}-\d{2}\.[letters, digits, . and -]+:[what a name may hold]+` at the end; a search of that is quadratic.
    end = _NO_PART_OF_A_NAME.split(name)[-1]
    return any(name.startswith("iqn") and _IQN.search(part[0]) for part in _BEFORE_A_COLON.finditer(end)) or bool(_NUMBERED.fullmatch(name))


def find_malformed_names(source: dict[str, Any]) -> Iterator[Spot]:
    """Find the names of an iSCSI volume, in a pod or a PersistentVolume, that no iSCSI name can be."""
    for field in ("iqn", "initiatorName"):
        name = source.get(field)
        if name is not None and not is_iscsi_name(name) and (name or field == "initiatorName"):
            yield found(field, name=name)


def find_chap_without_a_secret(source: dict[str, Any]) -> Iterator[Spot]:
    """Find CHAP authentication of an iSCSI volume, in a pod or a PersistentVolume, that has no Secret."""
    if (source.get("chapAuthDiscovery") or source.get("chapAuthSession")) and source.get("secretRef") is None:
        yield found("secretRef")


@rule(
    "KQ2034",
    "ISCSIVolumeSource",
    "{name} is not an iSCSI name",
    "write a name such as iqn.2001-04.com.example:storage",
    reason="Invalid",
    upstream="core/validation.validateISCSIVolumeSource",
)
def iscsi_name_is_malformed(source: dict[str, Any]) -> Iterator[Spot]:
    """An iSCSI name begins with ``iqn.``, a month, a domain and a colon; or with ``eui.`` or ``naa.`` and a number.

    Wrong:
        volumes: [{name: data, iscsi: {targetPortal: "10.0.2.15:3260", iqn: storage, lun: 0}}]

    Right:
        volumes: [{name: data, iscsi: {targetPortal: "10.0.2.15:3260", iqn: "iqn.2001-04.com.example:storage", lun: 0}}]
    """
    return find_malformed_names(source)


@rule(
    "KQ2035",
    ("ISCSIVolumeSource", "FCVolumeSource"),
    "`lun` must be between 0 and 255, and is {number}",
    "write a number from 0 to 255",
    reason="Invalid",
    upstream="core/validation.validateVolumeSource",
)
def logical_unit_is_out_of_range(source: dict[str, Any]) -> Iterator[Spot]:
    """A target has at most 256 logical units.

    Wrong:
        volumes: [{name: data, fc: {targetWWNs: ["50060e801049cfd1"], lun: 256}}]

    Right:
        volumes: [{name: data, fc: {targetWWNs: ["50060e801049cfd1"], lun: 0}}]
    """
    number = source.get("lun")
    if number is not None and not 0 <= number <= LAST_LUN and ("iqn" in source or source.get("targetWWNs")):
        yield found("lun", number=number)


@rule(
    "KQ2036",
    "ISCSIVolumeSource",
    "CHAP authentication needs a `secretRef` to the Secret with its password",
    "write `secretRef: {{name: …}}`",
    reason="Required",
    upstream="core/validation.validateISCSIVolumeSource",
)
def chap_without_a_secret(source: dict[str, Any]) -> Iterator[Spot]:
    """CHAP needs a user and a password, which are in a Secret.

    Wrong:
        volumes:
        - name: data
          iscsi: {targetPortal: "10.0.2.15:3260", iqn: "iqn.2001-04.com.example:storage", lun: 0, chapAuthSession: true}

    Right:
        volumes:
        - name: data
          iscsi:
            {targetPortal: "10.0.2.15:3260", iqn: "iqn.2001-04.com.example:storage", lun: 0, chapAuthSession: true, secretRef: {name: chap}}
    """
    return find_chap_without_a_secret(source)


@rule(
    "KQ2037",
    "Volume",
    "the volume name {name} and the portal {portal} together have more than 63 characters",
    "shorten the volume's name, or remove `initiatorName`",
    needs="iscsi",
    reason="Invalid",
    upstream="core/validation.validateVolumeSource",
)
def iscsi_volume_name_is_too_long(volume: dict[str, Any]) -> Iterator[Spot]:
    """With an ``initiatorName``, the name of an iSCSI volume and its portal make up the name of an interface, which must be short.

    Wrong:
        volumes:
        - name: the-training-data-that-all-of-us-share-in-the-vision-team
          iscsi:
            targetPortal: "10.0.2.15:3260"
            iqn: iqn.2001-04.com.example:storage
            lun: 0
            initiatorName: iqn.1994-05.com.example:node

    Right:
        volumes:
        - name: data
          iscsi:
            targetPortal: "10.0.2.15:3260"
            iqn: iqn.2001-04.com.example:storage
            lun: 0
            initiatorName: iqn.1994-05.com.example:node
    """
    iscsi = volume["iscsi"]
    if iscsi.get("initiatorName") is not None:
        together = f"{volume['name']}:{iscsi['targetPortal']}"
        if len(together.encode(errors="replace")) > LONGEST_ISCSI_NAME:
            yield found("name", name=volume["name"], portal=iscsi["targetPortal"])


fibre_channel_without_a_disk = at_least_one_of(
    "KQ2038",
    "FCVolumeSource",
    FC_DISKS,
    hints="write `targetWWNs` and a `lun`, or `wwids`",
    at="targetWWNs",
    filled=True,
    upstream="core/validation.validateFCVolumeSource",
    page="""A Fibre Channel disk is found by its target and logical unit, or by its world wide identifier.

    Wrong:
        volumes: [{name: data, fc: {lun: 0}}]

    Right:
        volumes: [{name: data, fc: {targetWWNs: ["50060e801049cfd1"], lun: 0}}]
    """,
)


fibre_channel_with_two_disks = not_together(
    "KQ2039",
    "FCVolumeSource",
    FC_DISKS,
    at="targetWWNs",
    filled=True,
    upstream="core/validation.validateFCVolumeSource",
    page="""A Fibre Channel disk is found by its target, or by its world wide identifier, not by both.

    Wrong:
        volumes: [{name: data, fc: {targetWWNs: ["50060e801049cfd1"], lun: 0, wwids: ["3600508b400105e21"]}}]

    Right:
        volumes: [{name: data, fc: {wwids: ["3600508b400105e21"]}}]
    """,
)


fibre_channel_without_a_logical_unit = required(
    "KQ2040",
    "FCVolumeSource",
    hints="add the number of the logical unit as `lun`, such as 0",
    field="lun",
    when="targetWWNs",
    upstream="core/validation.validateFCVolumeSource",
    page="""A Fibre Channel target has several disks, its logical units.

    Wrong:
        volumes: [{name: data, fc: {targetWWNs: ["50060e801049cfd1"]}}]

    Right:
        volumes: [{name: data, fc: {targetWWNs: ["50060e801049cfd1"], lun: 0}}]
    """,
)
