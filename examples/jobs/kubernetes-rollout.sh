#!/bin/sh
# A job with a connection of type kubernetes: kubectl finds the cluster by itself.
#   runner-shim -c cluster -- examples/jobs/kubernetes-rollout.sh web registry.example.com/web:1.2
set -eu
kubectl set image "deployment/$1" "$1=$2"
kubectl rollout status "deployment/$1" --timeout 5m
