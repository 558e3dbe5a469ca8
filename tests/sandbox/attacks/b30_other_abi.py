import ctypes
import mmap
import platform

GETPID_32 = b"\xb8\x14\x00\x00\x00\xcd\x80\xc3"  # mov eax, 20; int 0x80; ret


def run(ctx):
    if platform.machine() != "x86_64":
        return {"breached": False, "detail": "x86-64 alone has another ABI"}
    x32 = ctypes.CDLL(None, use_errno=True).syscall(0x40000000 + 39)
    if x32 > 0:
        return {"breached": True, "detail": f"x32 getpid: {x32}"}
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(GETPID_32)
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    pid = ctypes.CFUNCTYPE(ctypes.c_int)(address)()
    return {"breached": pid > 0, "detail": f"32-bit getpid: {pid}"}
