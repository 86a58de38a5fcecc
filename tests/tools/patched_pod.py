#!/usr/bin/env python3
"""Has a running webhook review a pod, as an API server would, and applies the patch.

    patched_pod.py URL CA_FILE POD

POD is a YAML file. The patched pod goes to stdout, as JSON. A denial goes to stderr, and the exit status is 1.
"""

import base64
import json
import ssl
import sys
import urllib.request

import yaml


def review(url, ca_file, pod):
    request = {
        "uid": "705ab4f5-6393-11e8-b7cc-42010a800002",
        "resource": {"group": "", "version": "v1", "resource": "pods"},
        "operation": "CREATE",
        "object": pod,
    }
    body = json.dumps({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request})
    post = urllib.request.Request(url, body.encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(post, context=ssl.create_default_context(cafile=ca_file)) as answer:
        response = json.load(answer)["response"]
    assert response["uid"] == request["uid"]
    return response


def apply(patch, document):
    """RFC 6902, as far as the webhook uses it: additions."""
    for operation in patch:
        assert operation["op"] == "add"
        steps = [step.replace("~1", "/").replace("~0", "~") for step in operation["path"].split("/")[1:]]
        target = document
        for step in steps[:-1]:
            target = target[int(step) if isinstance(target, list) else step]
        if isinstance(target, list):
            target.insert(len(target) if steps[-1] == "-" else int(steps[-1]), operation["value"])
        else:
            target[steps[-1]] = operation["value"]
    return document


def main(url, ca_file, path):
    with open(path, encoding="utf-8") as file:
        pod = yaml.safe_load(file)
    response = review(url, ca_file, pod)
    if not response["allowed"]:
        print(response["status"]["message"], file=sys.stderr)
        return 1
    json.dump(apply(json.loads(base64.b64decode(response["patch"])), pod), sys.stdout, indent=1)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
