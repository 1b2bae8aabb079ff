"""Reaching anybody: over the network, over sockets in the file system, over names that need no file."""

import socket

from clra_sandbox import Layer
from tests.sandbox.attacks.program import Always, attack
from tests.sandbox.attacks.tools import host

ALONE = (Layer.SECCOMP, Layer.NAMESPACES, Layer.CONTAINER)
SCOPED = (*ALONE, Layer.LANDLOCK)


@attack(*SCOPED, harmless=True)
def connect_to_host():
    return socket.create_connection(("127.0.0.1", host()["port"]), timeout=60)


@attack(*ALONE, harmless=True)
def connect_by_fast_open():
    """The connection made by the first send, not by connect(), which Landlock lets through (Linux 6.18)."""
    connection = socket.socket()
    return connection.sendto(b"hello", 0x20000000, ("127.0.0.1", host()["port"]))


@attack(*ALONE, harmless=True)
def connect_by_many_paths():
    """Multipath TCP, which rules about TCP forget."""
    connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262)
    connection.settimeout(60)
    return connection.connect(("127.0.0.1", host()["port"]))


@attack(*ALONE, harmless=True)
def send_datagram():
    """As a question to a name server goes, and its answer comes."""
    outlet = socket.socket(type=socket.SOCK_DGRAM)
    outlet.settimeout(60)
    outlet.connect(("127.0.0.1", host()["datagram_port"]))
    outlet.send(b"hello")
    return outlet.recv(8)


@attack(*ALONE, harmless=True)
def send_to_many():
    outlet = socket.socket(type=socket.SOCK_DGRAM)
    outlet.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 0)
    return outlet.sendto(b"hello", ("224.0.0.251", 9))


@attack(*SCOPED)
def connect_far():
    """To an address that belongs to nobody (RFC 5737)."""
    return socket.create_connection(("192.0.2.1", 80), timeout=2)


@attack(*ALONE)
def look_up_name():
    return socket.getaddrinfo("example.com", 80)


@attack(*ALONE, harmless=True)
def connect_to_path():
    """To a socket in the file system, which is no file that Landlock guards."""
    return socket.socket(socket.AF_UNIX).connect(host()["socket"])


@attack(*SCOPED, harmless=True)
def connect_to_name():
    return socket.socket(socket.AF_UNIX).connect("\0" + host()["name"])


@attack(*ALONE, Always.NO_PRIVILEGES)
def connect_to_engine():
    """The Docker engine's socket: whoever reaches it owns the machine."""
    return socket.socket(socket.AF_UNIX).connect("/var/run/docker.sock")


@attack(Layer.SECCOMP, harmless=True)
def listen_by_name():
    listener = socket.socket(socket.AF_UNIX)
    listener.bind("\0clra-hostile")
    return listener.listen()


@attack(Layer.SECCOMP, Layer.LANDLOCK, harmless=True)
def listen():
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    return listener.listen()


@attack(Layer.SECCOMP, harmless=True)
def pair_of_sockets():
    return socket.socketpair()


@attack(Layer.SECCOMP, harmless=True)
def kernel_tables():
    return socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0).bind((0, 0))


@attack(Layer.SECCOMP, harmless=True)
def kernel_ciphers():
    return socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET).bind(("hash", "sha256"))


@attack(Layer.SECCOMP, Always.NO_PRIVILEGES)
def raw_socket():
    return socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)


@attack(Layer.SECCOMP, Always.NO_PRIVILEGES)
def packet_socket():
    return socket.socket(socket.AF_PACKET, socket.SOCK_RAW)


@attack(*ALONE)
def machine_of_the_machine():
    """The hypervisor, by its sockets."""
    connection = socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)
    connection.settimeout(2)
    return connection.connect((2, 9))
