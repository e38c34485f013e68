#!/bin/sh
# Imports an OCI layout (a tar on standard input) into a containerd root. Runs in namespaces of its own.
# usage: import-images.sh CONTAINERD_ROOT CONTAINERD_CONFIG
set -eu
mount -t tmpfs tmpfs /run
mkdir -p /run/containerd /var/lib/containerd
mount --bind "$1" /var/lib/containerd

containerd --config "$2" --log-level warn >&2 &
containerd=$!
until ctr version >/dev/null 2>&1; do
  kill -0 "$containerd"
  sleep 0.05
done
ctr --namespace k8s.io images import -
# The databases are complete only after an orderly end.
kill "$containerd"
wait "$containerd" || true
