#!/usr/bin/env python3
"""Makes of a pod, or of a rendered Job, a pod that podman 4.3 can run, and says what is different.

    derive_pod.py FILE DIRECTORY SERVICE_URL

DIRECTORY holds one for each volume but that of the shim, made as Kubernetes makes them. The pod goes to stdout, one line for each difference to stderr:
deploy/kubernetes/podman-differences.txt has them for the runner, webhook-podman-differences.txt for a pod that the webhook has patched.
"""

import sys

import yaml


def say(text):
    print(text, file=sys.stderr)


def derive_volume(volume, directory):
    if volume["name"].endswith("shim"):
        say(f"volume {volume['name']}: on disk, for podman knows no medium and no size")
        return
    kinds = {"secret": ("Secret", "fsGroup"), "projected": ("projected files", "such volumes"), "emptyDir": ("emptyDir", "fsGroup")}
    kind = next(kind for kind in kinds if kind in volume)
    what, unknown = kinds[kind]
    say(f"volume {volume['name']}: a directory of the host in place of the {what}, for podman knows no {unknown}")
    if kind == "projected" and any("serviceAccountToken" in source for source in volume["projected"]["sources"]):
        say(f"volume {volume['name']}: the test's token, for there is no cluster to sign one")
    del volume[kind]
    volume["hostPath"] = {"path": f"{directory}/{volume['name']}", "type": "Directory"}


def derive_container(container, service):
    name = container["name"]
    container["imagePullPolicy"] = "Never"
    container["image"] = f"localhost/{container['image']}"
    if container.pop("ports", None):
        say(f"container {name}: no ports, for the pod is in the host's network")
    for probe in ("startupProbe", "livenessProbe"):
        if container.pop(probe, None):
            say(f"container {name}: no {probe}, which would need curl and a shell inside")
    for variable in container.get("env", []):
        if variable["name"] == "INJECTOR_SERVICE":
            variable["value"] = service
            say(f"container {name}: the test's service")


def derive_job(container):
    container["args"] = ["/env"]
    container["env"] = [{"name": "INJECTOR_CONNECTIONS", "value": "db"}]
    say("container job: the test's command and connection")


def derive(document, directory, service):
    is_job = document["kind"] == "Job"
    spec = document["spec"]["template"]["spec"] if is_job else document["spec"]
    if is_job:
        say("kind: a Pod, made of the Job's template")
    staying = [c for c in spec["initContainers"] if c.get("restartPolicy") == "Always"]
    for container in staying:
        spec["initContainers"].remove(container)
        del container["restartPolicy"]
        say(f"container {container['name']}: an ordinary one, for podman would wait for its end")
    spec["containers"] = staying + spec["containers"]
    for volume in spec["volumes"]:
        derive_volume(volume, directory)
    for container in spec["initContainers"] + spec["containers"]:
        derive_container(container, service)
        if is_job and container["name"] == "job":
            derive_job(container)
    say("every image: from this machine")
    name = "job" if is_job else document["metadata"]["name"]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": {"app": name}}, "spec": spec}


def main(path, directory, service):
    with open(path, encoding="utf-8") as file:
        document = next(d for d in yaml.safe_load_all(file) if d["kind"] in ("Job", "Pod"))
    yaml.safe_dump(derive(document, directory, service), sys.stdout, sort_keys=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
