# flanneld calls iptables; cp is for the init containers that install the CNI plugin and its configuration.
ARG BASE
FROM ${BASE}
RUN apt-get update && apt-get install -y --no-install-recommends iptables iproute2 && rm -rf /var/lib/apt/lists/*
COPY flanneld /opt/bin/flanneld
COPY flannel /flannel
ENTRYPOINT ["/opt/bin/flanneld"]
