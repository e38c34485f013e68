#!/bin/sh
# Process 1 of a node, after tini: gives the node's mount namespace its own copies of what a node owns, then sleeps.
# usage: node-setup.sh STATE_DIR NODE_NAME.  Starts no service and sets up no network; the boot program does that.
set -eu
state=$1

hostname "$2"
mount -t tmpfs tmpfs /run
mkdir -p /run/netns /run/containerd /run/flannel /run/lock
touch /run/xtables.lock

for dir in /etc/cni/net.d /opt/cni/bin /var/lib/cni /var/lib/containerd /var/lib/kubelet /var/lib/kube-proxy \
  /var/log/pods /var/log/containers; do
  mkdir -p "$dir" "$state/root$dir"
  mount --bind "$state/root$dir" "$dir"
done
mount --bind "$state/resolv.conf" /etc/resolv.conf
mount --make-rshared /

echo mounted
exec sleep infinity
