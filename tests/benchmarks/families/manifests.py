"""Manifests that grow."""

from __future__ import annotations

from typing import Any, Final

from families.parts import (
    IMAGE,
    NFS,
    Family,
    Made,
    affinity,
    claim_and_volume,
    each,
    mounted,
    named,
    of_nfs,
    pod,
    pod_of_container,
    seen,
    stateful,
    thing,
)


def _service(i: int, **spec: Any) -> dict[str, Any]:
    return thing("Service", f"s-{i}", spec={"selector": {"app": f"p-{i}"}, "ports": [{"port": 80, "targetPort": "http"}], **spec})


def _http(name: str) -> list[dict[str, Any]]:
    return [{"name": "main", "image": IMAGE, "ports": [{"containerPort": 80, "name": name}]}]


def _keyed(i: int, key: str) -> list[dict[str, Any]]:
    return [
        {"name": "main", "image": IMAGE, "env": [{"name": "A", "valueFrom": {"configMapKeyRef": {"name": f"settings-{i}", "key": key}}}]}
    ]


def _objects(kind: str, version: str, spec: Made) -> Family:
    body = {"spec": spec} if spec else {}
    return Family(f"objects: {kind}", lambda n: each(n, lambda i: thing(kind, f"o-{i}", version, **body)))


OF_MANIFESTS: Final = (
    Family("a Pod's containers", lambda n: pod(containers=each(n, lambda i: {"name": f"main-{i}", "image": IMAGE}))),
    Family("a Pod's containers of one name", lambda n: pod(containers=each(n, lambda _: {"name": "main", "image": IMAGE}))),
    Family(
        "a Pod's init containers",
        lambda n: pod(initContainers=each(n, lambda i: {"name": f"init-{i}", "image": IMAGE, "restartPolicy": "Always"})),
    ),
    Family("a Pod's volumes", lambda n: seen(n, lambda i: {"nfs": {"server": "nfs-server", "path": f"/{i}"}})),
    Family("a Pod's volumes of one name", lambda n: pod(volumes=each(n, lambda _: {"name": "runs", "nfs": NFS}))),
    Family("a Pod's volumes, unmounted", lambda n: pod(volumes=each(n, of_nfs))),
    Family("a Pod's volumes without a source", lambda n: seen(n, lambda _: {})),
    Family("a Pod's volumes of several sources", lambda n: seen(n, lambda _: {"nfs": NFS, "emptyDir": {}})),
    Family("a Pod's ConfigMaps", lambda n: seen(n, lambda i: {"configMap": {"name": f"settings-{i}"}})),
    Family("a Pod's claims", lambda n: seen(n, lambda i: {"persistentVolumeClaim": {"claimName": f"runs-{i}"}})),
    Family("a Pod's claim, again and again", lambda n: seen(n, lambda _: {"persistentVolumeClaim": {"claimName": "runs"}})),
    Family("a Pod's emptyDirs", lambda n: seen(n, lambda _: {"emptyDir": {"medium": "Memory"}})),
    Family("a Pod's hostPaths", lambda n: seen(n, lambda i: {"hostPath": {"path": f"/data/{i}"}})),
    Family("a Pod's undeclared volumes", lambda n: pod_of_container(volumeMounts=each(n, mounted))),
    Family(
        "a Pod's misspelt volumes",
        lambda n: pod(
            containers=[
                {"name": "main", "image": IMAGE, "volumeMounts": each(n, lambda i: {"name": f"vilume-{i}", "mountPath": f"/kqi/{i}"})}
            ],
            volumes=each(n, of_nfs),
        ),
    ),
    Family(
        "a Pod's mounts of one path",
        lambda n: pod(
            containers=[{"name": "main", "image": IMAGE, "volumeMounts": each(n, lambda _: {"name": "volume-0", "mountPath": "/kqi"})}],
            volumes=[of_nfs(0)],
        ),
    ),
    Family(
        "a Pod's mounts of one volume",
        lambda n: pod(
            containers=[
                {
                    "name": "main",
                    "image": IMAGE,
                    "volumeMounts": each(n, lambda i: {"name": "volume-0", "mountPath": f"/kqi/{i}", "subPath": str(i)}),
                }
            ],
            volumes=[of_nfs(0)],
        ),
    ),
    Family(
        "a Pod's mounts in read-only ones",
        lambda n: pod(
            containers=[
                {
                    "name": "main",
                    "image": IMAGE,
                    "volumeMounts": [
                        {"name": "volume-0", "mountPath": "/kqi", "readOnly": True},
                        *each(n, lambda i: {"name": "volume-0", "mountPath": f"/kqi/{i}", "subPath": str(i)}),
                    ],
                }
            ],
            volumes=[of_nfs(0)],
        ),
    ),
    Family(
        "a Pod's mounts of its token",
        lambda n: pod(
            containers=[
                {
                    "name": "main",
                    "image": IMAGE,
                    "volumeMounts": each(
                        n, lambda i: {"name": f"volume-{i}", "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"}
                    ),
                }
            ],
            volumes=each(n, of_nfs),
        ),
    ),
    Family(
        "a Pod's devices",
        lambda n: pod(
            containers=[
                {"name": "main", "image": IMAGE, "volumeDevices": each(n, lambda i: {"name": f"volume-{i}", "devicePath": f"/dev/{i}"})}
            ],
            volumes=each(n, lambda i: {"name": f"volume-{i}", "persistentVolumeClaim": {"claimName": f"runs-{i}"}}),
        ),
    ),
    Family(
        "a Pod's mounts, each in a container",
        lambda n: pod(
            containers=each(n, lambda i: {"name": f"main-{i}", "image": IMAGE, "volumeMounts": [mounted(i)]}), volumes=each(n, of_nfs)
        ),
    ),
    Family(
        "a Pod's one volume, mounted by each container",
        lambda n: pod(
            containers=each(n, lambda i: {"name": f"main-{i}", "image": IMAGE, "volumeMounts": [mounted(0)]}), volumes=[of_nfs(0)]
        ),
    ),
    Family("a Pod's env", lambda n: pod_of_container(env=each(n, lambda i: {"name": f"VARIABLE_{i}", "value": "value"}))),
    Family("a Pod's env of one name", lambda n: pod_of_container(env=each(n, lambda _: {"name": "VARIABLE", "value": "value"}))),
    Family(
        "a Pod's env that refers to env",
        lambda n: pod_of_container(env=each(n, lambda i: {"name": f"V_{i}", "value": f"$(V_{i + 1})$(V_{i - 1})"})),
    ),
    Family(
        "a Pod's env from sources",
        lambda n: pod_of_container(
            env=each(n, lambda i: {"name": f"V_{i}", "valueFrom": {"secretKeyRef": {"name": f"s-{i}", "key": "a"}}})
        ),
    ),
    Family("a Pod's envFrom", lambda n: pod_of_container(envFrom=each(n, lambda i: {"configMapRef": {"name": f"settings-{i}"}}))),
    Family("a Pod's arguments", lambda n: pod_of_container(args=each(n, lambda i: f"--value=$(V_{i})"))),
    Family("a Pod's ports", lambda n: pod_of_container(ports=each(n, lambda i: {"containerPort": i % 60_000 + 1, "name": f"p-{i}"}))),
    Family(
        "a Pod's ports of one number",
        lambda n: pod_of_container(ports=each(n, lambda _: {"containerPort": 80, "hostPort": 80, "name": "http"})),
    ),
    Family(
        "a Pod's probes",
        lambda n: pod(
            containers=each(n, lambda i: {"name": f"main-{i}", "image": IMAGE, "livenessProbe": {"httpGet": {"path": "/", "port": "http"}}})
        ),
    ),
    Family(
        "a Pod's headers of a probe",
        lambda n: pod_of_container(
            livenessProbe={"httpGet": {"port": 80, "httpHeaders": each(n, lambda i: {"name": f"X-{i}", "value": "a"})}}
        ),
    ),
    Family("a Pod's labels", lambda n: pod(labels=named(n, lambda i: (f"label-{i}", "value")))),
    Family("a Pod's wrong labels", lambda n: pod(labels=named(n, lambda i: (f"label {i}", "a value")))),
    Family("a Pod's tolerations", lambda n: pod(tolerations=each(n, lambda i: {"key": f"k-{i}", "operator": "Exists"}))),
    Family("a Pod's wrong tolerations", lambda n: pod(tolerations=each(n, lambda i: {"key": f"k-{i}", "operator": "Is"}))),
    Family("a Pod's terms of affinity", lambda n: pod(affinity=affinity(n))),
    Family("a Pod's terms of affinity to namespaces", lambda n: pod(affinity=affinity(1, namespaces=each(n, lambda i: f"n-{i}")))),
    Family(
        "a Pod's expressions",
        lambda n: pod(
            affinity=affinity(
                1, labelSelector={"matchExpressions": each(n, lambda i: {"key": f"k-{i}", "operator": "In", "values": ["a"]})}
            )
        ),
    ),
    Family(
        "a Pod's values of an expression",
        lambda n: pod(
            affinity=affinity(
                1, labelSelector={"matchExpressions": [{"key": "k", "operator": "In", "values": each(n, lambda i: f"v-{i}")}]}
            )
        ),
    ),
    Family(
        "a Pod's node terms",
        lambda n: pod(
            affinity={
                "nodeAffinity": {
                    "requiredDuringSchedulingIgnoredDuringExecution": {
                        "nodeSelectorTerms": each(n, lambda i: {"matchExpressions": [{"key": f"k-{i}", "operator": "Exists"}]})
                    }
                }
            }
        ),
    ),
    Family(
        "a Pod's spread",
        lambda n: pod(
            topologySpreadConstraints=each(n, lambda i: {"maxSkew": 1, "topologyKey": f"zone-{i}", "whenUnsatisfiable": "DoNotSchedule"})
        ),
    ),
    Family(
        "a Pod's spread of one key",
        lambda n: pod(
            topologySpreadConstraints=each(n, lambda _: {"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule"})
        ),
    ),
    Family(
        "a Pod's hostAliases",
        lambda n: pod(hostAliases=each(n, lambda i: {"ip": f"10.0.{i // 250 % 250}.{i % 250}", "hostnames": [f"host-{i}"]})),
    ),
    Family("a Pod's imagePullSecrets", lambda n: pod(imagePullSecrets=each(n, lambda i: {"name": f"pull-{i}"}))),
    Family(
        "a Pod's resourceClaims",
        lambda n: pod(
            containers=[{"name": "main", "image": IMAGE, "resources": {"claims": each(n, lambda i: {"name": f"gpu-{i}"})}}],
            resourceClaims=each(n, lambda i: {"name": f"gpu-{i}", "resourceClaimTemplateName": "gpu"}),
        ),
    ),
    Family(
        "a Pod's resourceClaims of one name",
        lambda n: pod(
            containers=[{"name": "main", "image": IMAGE, "resources": {"claims": each(n, lambda _: {"name": "gpu"})}}],
            resourceClaims=each(n, lambda _: {"name": "gpu", "resourceClaimTemplateName": "gpu"}),
        ),
    ),
    Family(
        "a Pod's misspelt resourceClaims",
        lambda n: pod(
            containers=[{"name": "main", "image": IMAGE, "resources": {"claims": each(n, lambda i: {"name": f"gpv-{i}"})}}],
            resourceClaims=each(n, lambda i: {"name": f"gpu-{i}", "resourceClaimTemplateName": "gpu"}),
        ),
        least=200,
    ),
    Family(
        "a Pod's containers with resourceClaims",
        lambda n: pod(
            containers=each(n, lambda i: {"name": f"m-{i}", "image": IMAGE, "resources": {"claims": [{"name": f"gpu-{i}"}]}}),
            resourceClaims=each(n, lambda i: {"name": f"gpu-{i}", "resourceClaimTemplateName": "gpu"}),
        ),
    ),
    Family(
        "a Pod's limits",
        lambda n: pod_of_container(
            resources={
                "limits": named(n, lambda i: (f"example.com/gpu-{i}", 1)),
                "requests": named(n, lambda i: (f"example.com/gpu-{i}", 2)),
            }
        ),
    ),
    Family("a Pod's sysctls", lambda n: pod(securityContext={"sysctls": each(n, lambda i: {"name": f"net.a{i}", "value": "1"})})),
    Family("a Pod's sysctls of one name", lambda n: pod(securityContext={"sysctls": each(n, lambda _: {"name": "net.a", "value": "1"})})),
    Family("a Pod's groups", lambda n: pod(securityContext={"supplementalGroups": each(n, lambda i: i)})),
    Family(
        "a Pod's capabilities",
        lambda n: pod_of_container(
            securityContext={"capabilities": {"add": each(n, lambda i: f"A{i}"), "drop": each(n, lambda i: f"A{i}")}}
        ),
    ),
    Family("a Pod's readinessGates", lambda n: pod(readinessGates=each(n, lambda i: {"conditionType": f"a/{i}"}))),
    Family("a Pod's schedulingGates", lambda n: pod(schedulingGates=each(n, lambda i: {"name": f"gate-{i}"}))),
    Family(
        "a Pod's projected sources",
        lambda n: pod(
            volumes=[
                {
                    "name": "all",
                    "projected": {"sources": each(n, lambda i: {"configMap": {"name": f"s-{i}", "items": [{"key": "a", "path": f"{i}"}]}})},
                }
            ]
        ),
    ),
    Family(
        "a Pod's projected paths of one name",
        lambda n: pod(
            volumes=[
                {
                    "name": "all",
                    "projected": {"sources": each(n, lambda i: {"configMap": {"name": f"s-{i}", "items": [{"key": "a", "path": "a"}]}})},
                }
            ]
        ),
    ),
    Family(
        "a Pod's projected paths in one another",
        lambda n: pod(
            volumes=[
                {
                    "name": "all",
                    "projected": {
                        "sources": each(
                            n, lambda i: {"configMap": {"name": f"s-{i}", "items": [{"key": "a", "path": "/".join("a" * (i % 50 + 1))}]}}
                        )
                    },
                }
            ]
        ),
    ),
    Family("a Pod's unknown fields", lambda n: pod(**named(n, lambda i: (f"unknown{i}", 1)))),
    Family("a Pod's containers with unknown fields", lambda n: pod(containers=each(n, lambda i: {"name": f"main-{i}", "imagee": IMAGE}))),
    Family("a Pod's containers of the wrong type", lambda n: pod(containers=each(n, lambda _: "a"))),
    Family(
        "a Pod's ownerReferences",
        lambda n: {
            **pod(),
            "metadata": {
                "name": "p",
                "ownerReferences": each(
                    n, lambda i: {"apiVersion": "v1", "kind": "Pod", "name": f"p-{i}", "uid": f"u-{i}", "controller": True}
                ),
            },
        },
    ),
    Family("a Pod's finalizers", lambda n: {**pod(), "metadata": {"name": "p", "finalizers": each(n, lambda i: f"example.com/f-{i}")}}),
    Family(
        "a Service's ports",
        lambda n: thing(
            "Service", "s", spec={"ports": each(n, lambda i: {"name": f"p-{i}", "port": i % 60_000 + 1, "nodePort": 30_000 + i % 2_000})}
        ),
    ),
    Family(
        "a Service's ports of one number", lambda n: thing("Service", "s", spec={"ports": each(n, lambda _: {"name": "p", "port": 80})})
    ),
    Family(
        "a Service's externalIPs",
        lambda n: thing(
            "Service", "s", spec={"externalIPs": each(n, lambda i: f"10.0.{i // 250 % 250}.{i % 250}"), "ports": [{"port": 80}]}
        ),
    ),
    Family("a ConfigMap's data", lambda n: thing("ConfigMap", "c", data=named(n, lambda i: (f"key-{i}", "value")))),
    Family(
        "a ConfigMap's binaryData, in data too",
        lambda n: thing(
            "ConfigMap", "c", data=named(n, lambda i: (f"key-{i}", "value")), binaryData=named(n, lambda i: (f"key-{i}", "YQ=="))
        ),
    ),
    Family("a Secret's data", lambda n: thing("Secret", "c", data=named(n, lambda i: (f"key-{i}", "YQ==")))),
    Family(
        "a Job's success rules",
        lambda n: thing(
            "Job",
            "j",
            "batch/v1",
            spec={
                "completionMode": "Indexed",
                "completions": 100_000,
                "successPolicy": {"rules": each(n, lambda i: {"succeededIndexes": f"{i}"})},
                "template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "m", "image": IMAGE}]}},
            },
        ),
    ),
    Family(
        "a Job's indexes",
        lambda n: thing(
            "Job",
            "j",
            "batch/v1",
            spec={
                "completionMode": "Indexed",
                "completions": 100_000,
                "successPolicy": {"rules": [{"succeededIndexes": ",".join(str(2 * i) for i in range(n))}]},
                "template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "m", "image": IMAGE}]}},
            },
        ),
    ),
    Family(
        "a Job's failure rules",
        lambda n: thing(
            "Job",
            "j",
            "batch/v1",
            spec={
                "podFailurePolicy": {
                    "rules": each(
                        n, lambda i: {"action": "FailJob", "onExitCodes": {"operator": "In", "values": [i + 1], "containerName": f"c-{i}"}}
                    )
                },
                "template": {"spec": {"restartPolicy": "Never", "containers": each(n, lambda i: {"name": f"c-{i}", "image": IMAGE})}},
            },
        ),
    ),
    Family(
        "a Job's exit codes",
        lambda n: thing(
            "Job",
            "j",
            "batch/v1",
            spec={
                "podFailurePolicy": {
                    "rules": [{"action": "FailJob", "onExitCodes": {"operator": "In", "values": each(n, lambda i: i + 1)}}]
                },
                "template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": IMAGE}]}},
            },
        ),
    ),
    Family(
        "a StatefulSet's claims",
        lambda n: (
            (one := stateful(0))["spec"].update(
                volumeClaimTemplates=each(
                    n,
                    lambda i: {
                        "metadata": {"name": f"volume-{i}"},
                        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
                    },
                )
            )
            or one
        ),
    ),
    Family(
        "Services and Pods",
        lambda n: each(n // 2, _service) + each(n // 2, lambda i: pod(f"p-{i}", {"app": f"p-{i}"}, containers=_http("http"))),
    ),
    Family(
        "Services that select nothing",
        lambda n: each(n // 2, _service) + each(n // 2, lambda i: pod(f"p-{i}", {"app": f"q-{i}"}, containers=_http("http"))),
        least=200,
    ),
    Family(
        "Services whose ports are not there",
        lambda n: each(n // 2, _service) + each(n // 2, lambda i: pod(f"p-{i}", {"app": f"p-{i}"}, containers=_http("htp"))),
    ),
    Family(
        "Services that all select all Pods",
        lambda n: (
            each(n // 2, lambda i: _service(i, selector={"app": "a"}))
            + each(n // 2, lambda i: pod(f"p-{i}", {"app": "a"}, containers=_http(f"h-{i}")))
        ),
        least=320,
    ),
    Family(
        "Services of odd labels",
        lambda n: (
            each(n // 2, lambda i: _service(i, selector={f"k-{i}": "a", f"l-{i}": "a"}))
            + each(n // 2, lambda i: pod(f"p-{i}", {f"k-{i}": "a"}))
        ),
        least=200,
    ),
    Family(
        "ConfigMaps and Pods",
        lambda n: (
            each(n // 2, lambda i: thing("ConfigMap", f"settings-{i}", data={"a": "1"}))
            + each(n // 2, lambda i: pod(f"p-{i}", containers=_keyed(i, "a")))
        ),
    ),
    Family(
        "ConfigMaps that lack keys",
        lambda n: (
            each(n // 2, lambda i: thing("ConfigMap", f"settings-{i}", data={"a": "1"}))
            + each(n // 2, lambda i: pod(f"p-{i}", containers=_keyed(i, "b")))
        ),
    ),
    Family(
        "a ConfigMap that lacks keys",
        lambda n: [
            thing("ConfigMap", "settings-0", data=named(n, lambda i: (f"key-{i}", "1"))),
            *each(n, lambda i: pod(f"p-{i}", containers=_keyed(0, f"kei-{i}"))),
        ],
        least=200,
    ),
    Family(
        "ConfigMaps, mounted",
        lambda n: (
            each(n // 2, lambda i: thing("ConfigMap", f"settings-{i}", data={"a": "1"}))
            + each(
                n // 2,
                lambda i: pod(
                    f"p-{i}", volumes=[{"name": "s", "configMap": {"name": f"settings-{i}", "items": [{"key": "a", "path": "a"}]}}]
                ),
            )
        ),
    ),
    Family("claims and volumes", lambda n: [one for number in range(n // 2) for one in claim_and_volume(number)]),
    Family("StatefulSets", lambda n: each(n, stateful)),
    Family(
        "NetworkPolicies",
        lambda n: each(
            n, lambda i: thing("NetworkPolicy", f"n-{i}", "networking.k8s.io/v1", spec={"podSelector": {"matchLabels": {"app": f"a-{i}"}}})
        ),
    ),
    Family("objects of one name", lambda n: each(n, lambda _: pod())),
    Family("objects of unknown kinds", lambda n: each(n, lambda i: thing(f"Podd{i}", "p"))),
    Family("objects at fault", lambda n: each(n, lambda i: pod(f"P {i}"))),
    *(
        _objects(kind, version, spec)
        for kind, version, spec in (
            ("Namespace", "v1", None),
            ("ServiceAccount", "v1", None),
            ("LimitRange", "v1", {"limits": []}),
            ("ResourceQuota", "v1", {"hard": {"pods": "1"}}),
            ("PodDisruptionBudget", "policy/v1", {"minAvailable": 1, "selector": {"matchLabels": {"a": "b"}}}),
            (
                "HorizontalPodAutoscaler",
                "autoscaling/v2",
                {"maxReplicas": 2, "scaleTargetRef": {"kind": "Deployment", "name": "a", "apiVersion": "apps/v1"}},
            ),
            ("Ingress", "networking.k8s.io/v1", {"defaultBackend": {"service": {"name": "a", "port": {"number": 80}}}}),
        )
    ),
)
