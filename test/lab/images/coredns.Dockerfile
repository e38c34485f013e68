# As upstream's image: the program and nothing else.
FROM scratch
COPY coredns /coredns
ENTRYPOINT ["/coredns"]
