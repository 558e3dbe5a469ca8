import fcntl
import os


def run(ctx):
    got = []
    for descriptor in (0, 1, 2):
        try:
            fcntl.ioctl(descriptor, 0x5412, b"x")
            got.append(f"TIOCSTI on {descriptor}")
        except OSError:
            pass
    for path in ("/dev/tty", "/dev/console", "/dev/ptmx", "/dev/kmsg", "/dev/mem", "/dev/vda", "/dev/sda", "/dev/fuse"):
        try:
            os.close(os.open(path, os.O_RDWR | os.O_NONBLOCK))
            got.append(path)
        except OSError:
            pass
    return {"breached": bool(got), "detail": got}
