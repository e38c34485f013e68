# Every client and server of the lab's demo workloads. The real programs are installed, and busybox is reached
# by its own name only (`busybox httpd`, `busybox nc`): its applets must not shadow the real ping.
ARG BASE
FROM ${BASE}
RUN apt-get update \
    && apt-get install -y --no-install-recommends busybox-static socat curl bind9-dnsutils iputils-ping \
       iputils-tracepath iproute2 iptables conntrack tini \
    && rm -rf /var/lib/apt/lists/* \
    && ln -s /bin/busybox /usr/local/bin/httpd && ln -s /bin/busybox /usr/local/bin/nc
ENTRYPOINT ["tini", "--"]
CMD ["sleep", "infinity"]
