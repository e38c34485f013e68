# The root file system that debootstrap made.
FROM scratch
ADD rootfs.tar /
CMD ["bash"]
