import socket


def run(ctx):
    got = []
    for family in (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK, socket.AF_PACKET, 40, 38, 16):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW):
            try:
                socket.socket(family, kind).close()
                got.append((int(family), int(kind)))
            except OSError:
                pass
    try:
        socket.socketpair()
        got.append("pair")
    except OSError:
        pass
    try:
        socket.getaddrinfo("example.org", 80)
        got.append("name resolved")
    except OSError:
        pass
    return {"breached": bool(got), "detail": got}
