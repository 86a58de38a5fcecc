#!/usr/bin/env python3
"""Holds rendered manifests against the rules of deploy/kubernetes/README.md.

    check_manifests.py INJECTOR README FILE…

No value of a secret; the restricted Pod Security profile; requests and limits; sized volumes in memory; a token for the
sidecar alone, for the service alone, which takes it by a rule of its own manifests; and only options that the program
INJECTOR has. Of what the commands of README apply or render, the Secrets and ConfigMaps are made by them, in the right
namespace. Prints what breaks a rule and exits with 1.
"""

import os
import re
import subprocess
import sys
import tempfile

import yaml

# Which service the jobs of which manifest are for.
SERVICES = {"runner": "service", "runner-repo-web": "service-production"}
# Every namespace has it.
CLUSTER_AUTHORITY = "kube-root-ca.crt"


def options_of(program, command):
    """Every --option that the help of `program command` names."""
    text = subprocess.run([program, *command, "--help"], capture_output=True, text=True, check=True).stdout
    return {word.rstrip(",") for word in text.split() if word.startswith("--")}


def container_faults(container, pod, program):
    security = {**pod.get("securityContext", {}), **container.get("securityContext", {})}
    if security.get("allowPrivilegeEscalation") is not False:
        yield "may gain privileges"
    if security.get("capabilities", {}).get("drop") != ["ALL"]:
        yield "keeps capabilities"
    if security.get("runAsNonRoot") is not True or security.get("runAsUser", 0) == 0:
        yield "runs as root"
    if security.get("seccompProfile", {}).get("type") != "RuntimeDefault":
        yield "has no seccomp profile"
    if container["name"] != "job" and security.get("readOnlyRootFilesystem") is not True:
        yield "has a root that can be written"
    resources = container.get("resources", {})
    if "memory" not in resources.get("limits", {}) or not {"cpu", "memory"} <= resources.get("requests", {}).keys():
        yield "lacks requests or a limit"
    words = container.get("args", [])
    command = ["service", "serve"] if words[:2] == ["service", "serve"] else words[:1]
    if command in (["service", "serve"], ["sidecar"], ["webhook"]):
        known = options_of(program, command)
        for word in words[len(command):]:
            if word.split("=")[0] not in known:
                yield f"has an option that injector does not know: {word}"
    for variable in container.get("env", []):
        if "value" in variable and any(part in variable["name"] for part in ("TOKEN", "PASSWORD", "SECRET", "_DB", "KEY")):
            yield f"has {variable['name']} in the manifest"


def sources_of(volume):
    """What a volume is made of, as Kubernetes names it: [("secret", {…}), …]."""
    parts = volume["projected"]["sources"] if "projected" in volume else [volume]
    return [(kind, part[kind]) for part in parts for kind in part if kind in ("secret", "configMap", "serviceAccountToken")]


def holds_secret(volume):
    return any(kind in ("secret", "serviceAccountToken") for kind, _ in sources_of(volume))


def pod_faults(pod, program):
    if pod.get("automountServiceAccountToken") is not False:
        yield "mounts a service account's token"
    secrets = {volume["name"] for volume in pod.get("volumes", []) if holds_secret(volume)}
    for volume in pod.get("volumes", []):
        directory = volume.get("emptyDir")
        if directory is not None and (directory.get("medium") != "Memory" or "sizeLimit" not in directory):
            yield f"volume {volume['name']}: not in memory, or without a size"
    for container in pod.get("initContainers", []) + pod["containers"]:
        for fault in container_faults(container, pod, program):
            yield f"container {container['name']} {fault}"
        mounts = {mount["name"]: mount for mount in container.get("volumeMounts", [])}
        if container["name"] == "job":
            if secrets & mounts.keys():
                yield "the job mounts a secret"
            for name, mount in mounts.items():
                if not mount.get("readOnly"):
                    yield f"the job can write to {name}"


def webhook_faults(webhook):
    if webhook["failurePolicy"] != "Fail":
        yield "lets pods start without what they ask for"
    if webhook["sideEffects"] != "None" or webhook["admissionReviewVersions"] != ["v1"]:
        yield "says of itself what is not so"
    selector = webhook["namespaceSelector"]
    own = webhook["clientConfig"]["service"]["namespace"]
    if selector.get("matchLabels") != {"injector/webhook": "enabled"}:
        yield "is asked about namespaces that have not said so"
    if own not in selector["matchExpressions"][0]["values"]:
        yield "is asked about its own pods"
    if [(rule["resources"], rule["operations"]) for rule in webhook["rules"]] != [(["pods"], ["CREATE"])]:
        yield "is asked about more than new pods"


def config_faults(kind, text, program):
    """What `injector check` says of a file in a ConfigMap."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(text)
        file.flush()
        done = subprocess.run([program, "check", "--kind", kind, file.name], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        yield done.stdout + done.stderr


def faults(document, program):
    if document["kind"] == "Secret":
        yield "is a Secret"
    if document["kind"] == "Namespace":
        if document["metadata"]["labels"].get("pod-security.kubernetes.io/enforce") != "restricted":
            yield "does not enforce the restricted profile"
    if document["kind"] == "Role":
        for rule in document["rules"]:
            if {"secrets", "pods/exec", "*"} & set(rule["resources"]):
                yield "gives more than it should"
    if document["kind"] == "MutatingWebhookConfiguration":
        for webhook in document["webhooks"]:
            yield from webhook_faults(webhook)
    if document["kind"] == "ConfigMap":
        for kind in ("webhook", "issuers"):
            if f"{kind}.yaml" in document["data"]:
                yield from config_faults(kind, document["data"][f"{kind}.yaml"], program)
    if document["kind"] in ("Deployment", "Job"):
        yield from pod_faults(document["spec"]["template"]["spec"], program)


def rule_takes(rule, pod, namespace):
    """Whether a rule of the service is for the pods of that account, and for the repo that its sidecar asks for."""
    match = rule["match"]
    sidecar = next(c for c in pod["initContainers"] if c["name"] == "sidecar")
    repo = next(v["value"] for v in sidecar["env"] if v["name"] == "INJECTOR_REPO")
    return (
        match.get("/kubernetes.io/namespace") == namespace
        and match.get("/kubernetes.io/serviceaccount/name") == pod["serviceAccountName"]
        and repo in rule["repos"]
    )


def identity_faults(documents, service):
    """The tokens of the jobs' accounts against the rules of the service: `documents` of both."""
    text = next(d["data"]["issuers.yaml"] for d in service if d["kind"] == "ConfigMap")
    issuers = yaml.safe_load(text)["issuers"]
    for document in documents:
        if document["kind"] != "Job":
            continue
        pod = document["spec"]["template"]["spec"]
        tokens = [s for v in pod["volumes"] for kind, s in sources_of(v) if kind == "serviceAccountToken"]
        if len(tokens) != 1:
            yield "has no token of its account for the service"
        for token in tokens:
            takers = [i for i in issuers if token.get("audience") in i["audiences"]]
            namespace = document["metadata"]["namespace"]
            if not any(rule_takes(rule, pod, namespace) for issuer in takers for rule in issuer["rules"]):
                yield "has a token that no rule of the service takes"


def needs_of(document):
    """The Secrets and ConfigMaps that a Deployment's or Job's pod cannot start without: [("secret", NAME), …]."""
    if document["kind"] not in ("Deployment", "Job"):
        return
    pod = document["spec"]["template"]["spec"]
    for volume in pod.get("volumes", []):
        for kind, source in sources_of(volume):
            if kind != "serviceAccountToken":
                yield kind.lower(), source.get("secretName") or source["name"]
    for container in pod.get("initContainers", []) + pod["containers"]:
        for variable in container.get("env", []):
            reference = variable.get("valueFrom", {}).get("secretKeyRef")
            if reference:
                yield "secret", reference["name"]


def guide_faults(guide, rendered):
    """`rendered`: documents by name of kustomization, "runner/overlays/repo-web" being "runner-repo-web"."""
    used = re.findall(r"kubectl (?:kustomize|apply -k) deploy/kubernetes/([a-z/-]+)", guide)
    made = set(re.findall(r"kubectl -n (\S+) create (secret|configmap) (?:(?:generic|tls) )?(\S+)", guide))
    for kustomization in used:
        documents = rendered[kustomization.replace("/overlays/", "-").removesuffix("/base")]
        there = {d["metadata"]["name"] for d in documents if d["kind"] == "ConfigMap"} | {CLUSTER_AUTHORITY}
        for document in documents:
            for kind, name in needs_of(document):
                namespace = document["metadata"]["namespace"]
                if name not in there and (namespace, kind, name) not in made:
                    yield f"{kustomization} needs the {kind} {name} in {namespace}, which no command makes"


def main(program, guide, paths):
    failed = False
    rendered = {}
    for path in paths:
        with open(path, encoding="utf-8") as file:
            documents = list(yaml.safe_load_all(file))
        rendered[os.path.basename(path).removesuffix(".yaml")] = documents
        for document in documents:
            for fault in faults(document, program):
                print(f"{path}: {document['kind']} {document['metadata']['name']}: {fault}", file=sys.stderr)
                failed = True
        namespaces = {d["metadata"]["name"] for d in documents if d["kind"] == "Namespace"}
        used = {d["metadata"]["namespace"] for d in documents if "namespace" in d["metadata"]}
        if used != namespaces:
            print(f"{path}: objects in {used}, but the namespace is {namespaces}", file=sys.stderr)
            failed = True
    for jobs, service in SERVICES.items():
        for fault in identity_faults(rendered[jobs], rendered[service]):
            print(f"{jobs}: the job {fault}", file=sys.stderr)
            failed = True
    with open(guide, encoding="utf-8") as file:
        for fault in guide_faults(file.read(), rendered):
            print(f"{guide}: {fault}", file=sys.stderr)
            failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
