#!/usr/bin/env python3
"""Makes of the rendered Job a pod that podman 4.3 can run, and says what is different.

    derive_pod.py RENDERED DIRECTORY SERVICE_URL

DIRECTORY holds one for each volume but `shim`, made as Kubernetes makes them. The pod goes to stdout, one line for each difference to stderr: deploy/kubernetes/podman-differences.txt has them.
"""

import sys

import yaml


def say(text):
    print(text, file=sys.stderr)


def derive(document, directory, service):
    spec = document["spec"]["template"]["spec"]
    say("kind: a Pod, made of the Job's template")
    staying = [c for c in spec["initContainers"] if c.get("restartPolicy") == "Always"]
    for container in staying:
        spec["initContainers"].remove(container)
        del container["restartPolicy"]
        say(f"container {container['name']}: an ordinary one, for podman would wait for its end")
    spec["containers"] = staying + spec["containers"]
    for volume in spec["volumes"]:
        if volume["name"] == "shim":
            say("volume shim: on disk, for podman knows no medium and no size")
            continue
        kind = "Secret" if "secret" in volume else "emptyDir"
        say(f"volume {volume['name']}: a directory of the host in place of the {kind}, for podman knows no fsGroup")
        volume.pop("secret", None)
        volume.pop("emptyDir", None)
        volume["hostPath"] = {"path": f"{directory}/{volume['name']}", "type": "Directory"}
    for container in spec["initContainers"] + spec["containers"]:
        container["imagePullPolicy"] = "Never"
        container["image"] = f"localhost/{container['image']}"
        if container.pop("ports", None):
            say(f"container {container['name']}: no ports, for the pod is in the host's network")
        for probe in ("startupProbe", "livenessProbe"):
            if container.pop(probe, None):
                say(f"container {container['name']}: no {probe}, which would need curl and a shell inside")
        for variable in container.get("env", []):
            if variable["name"] == "INJECTOR_SERVICE":
                variable["value"] = service
                say(f"container {container['name']}: the test's service")
        if container["name"] == "job":
            container["args"] = ["/env"]
            container["env"] = [{"name": "INJECTOR_CONNECTIONS", "value": "db"}]
            say("container job: the test's command and connection")
    say("every image: from this machine")
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "job", "labels": {"app": "job"}}, "spec": spec}


def main(path, directory, service):
    with open(path, encoding="utf-8") as file:
        job = next(d for d in yaml.safe_load_all(file) if d["kind"] == "Job")
    yaml.safe_dump(derive(job, directory, service), sys.stdout, sort_keys=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
