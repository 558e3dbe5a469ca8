import ctypes

CALLS = {
    "io_uring_setup": 425,
    "bpf": 321,
    "perf_event_open": 298,
    "userfaultfd": 323,
    "keyctl": 250,
    "add_key": 248,
    "name_to_handle_at": 303,
    "open_by_handle_at": 304,
    "pidfd_open": 434,
    "pidfd_getfd": 438,
    "process_vm_readv": 310,
    "kcmp": 312,
    "clone3": 435,
    "openat2": 437,
    "mount_setattr": 442,
    "fsopen": 430,
    "open_tree": 428,
    "memfd_secret": 447,
    "init_module": 175,
    "kexec_load": 246,
    "swapon": 167,
    "reboot": 169,
}


def run(ctx):
    libc = ctypes.CDLL(None, use_errno=True)
    got = {}
    for name, number in CALLS.items():
        ctypes.set_errno(0)
        if libc.syscall(number, 0, 0, 0, 0, 0) >= 0 or ctypes.get_errno() != 1:
            got[name] = ctypes.get_errno()
    return {"breached": bool(got), "detail": got}
