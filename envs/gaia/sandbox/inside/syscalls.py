"""The system calls that a tool may make, with their numbers.

Whatever is not listed is refused, so a call that a later kernel brings is refused as well. Not listed on purpose:
every way to make a process or a thread (clone, fork, execve), sockets, signals to others (kill, tgkill), what changes
metadata and is not covered by Landlock (chmod, chown, umask, utime, xattr), hard links, truncation by path, memory
files (memfd_create), fallocate (it takes gigabytes before any watch can look), ptrace, prctl, mounts, namespaces,
keys, bpf, io_uring.

Sources: Linux 6.1, ``asm/unistd_64.h`` (x86-64) and ``asm-generic/unistd.h`` (arm64).
"""

from __future__ import annotations

import platform

# fmt: off
X86_64 = {
    "read": 0, "write": 1, "open": 2, "close": 3, "stat": 4, "fstat": 5, "lstat": 6, "poll": 7, "lseek": 8,
    "mmap": 9, "mprotect": 10, "munmap": 11, "brk": 12, "rt_sigaction": 13, "rt_sigprocmask": 14, "rt_sigreturn": 15,
    "pread64": 17, "pwrite64": 18, "readv": 19, "writev": 20, "preadv": 295, "pwritev": 296, "access": 21,
    "pipe": 22, "pipe2": 293, "select": 23, "pselect6": 270, "ppoll": 271, "sched_yield": 24, "mremap": 25,
    "madvise": 28, "mincore": 27, "msync": 26, "dup": 32, "dup2": 33, "dup3": 292, "nanosleep": 35,
    "clock_nanosleep": 230, "getpid": 39, "gettid": 186, "getppid": 110, "getuid": 102, "geteuid": 107, "getgid": 104,
    "getegid": 108, "getgroups": 115, "exit": 60, "exit_group": 231, "uname": 63, "flock": 73, "fsync": 74,
    "fdatasync": 75, "ftruncate": 77, "getdents64": 217, "getcwd": 79, "chdir": 80, "fchdir": 81, "rename": 82,
    "renameat": 264, "renameat2": 316, "mkdir": 83, "mkdirat": 258, "rmdir": 84, "unlink": 87, "unlinkat": 263,
    "symlink": 88, "symlinkat": 266, "readlink": 89, "readlinkat": 267, "openat": 257, "newfstatat": 262,
    "statx": 332, "faccessat": 269, "faccessat2": 439, "statfs": 137, "fstatfs": 138, "getrlimit": 97,
    "getrusage": 98, "sysinfo": 99, "times": 100, "gettimeofday": 96, "time": 201, "clock_gettime": 228,
    "clock_getres": 229, "futex": 202, "rseq": 334, "sched_getaffinity": 204, "getcpu": 309, "sigaltstack": 131,
    "restart_syscall": 219, "getrandom": 318, "sendfile": 40, "copy_file_range": 326, "fadvise64": 221,
    "close_range": 436, "ioctl": 16, "fcntl": 72, "prlimit64": 302,
}
ARM64 = {
    "read": 63, "write": 64, "close": 57, "fstat": 80, "lseek": 62, "mmap": 222, "mprotect": 226, "munmap": 215,
    "brk": 214, "rt_sigaction": 134, "rt_sigprocmask": 135, "rt_sigreturn": 139, "pread64": 67, "pwrite64": 68,
    "readv": 65, "writev": 66, "preadv": 69, "pwritev": 70, "pipe2": 59, "pselect6": 72, "ppoll": 73,
    "sched_yield": 124, "mremap": 216, "madvise": 233, "mincore": 232, "msync": 227, "dup": 23, "dup3": 24,
    "nanosleep": 101, "clock_nanosleep": 115, "getpid": 172, "gettid": 178, "getppid": 173, "getuid": 174,
    "geteuid": 175, "getgid": 176, "getegid": 177, "getgroups": 158, "exit": 93, "exit_group": 94, "uname": 160,
    "flock": 32, "fsync": 82, "fdatasync": 83, "ftruncate": 46, "getdents64": 61, "getcwd": 17, "chdir": 49,
    "fchdir": 50, "renameat": 38, "renameat2": 276, "mkdirat": 34, "unlinkat": 35, "symlinkat": 36,
    "readlinkat": 78, "openat": 56, "newfstatat": 79, "statx": 291, "faccessat": 48, "faccessat2": 439,
    "statfs": 43, "fstatfs": 44, "getrlimit": 163, "getrusage": 165, "sysinfo": 179, "times": 153,
    "gettimeofday": 169, "clock_gettime": 113, "clock_getres": 114, "futex": 98, "rseq": 293,
    "sched_getaffinity": 123, "getcpu": 168, "sigaltstack": 132, "restart_syscall": 128, "getrandom": 278,
    "sendfile": 71, "copy_file_range": 285, "fadvise64": 223, "close_range": 436,
    "ioctl": 29, "fcntl": 25, "prlimit64": 261,
}
# fmt: on

AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
"""How the kernel names an architecture in a filter's input (``linux/audit.h``)."""

ARGUMENTS = {
    # F_DUPFD ... F_SETLKW and F_DUPFD_CLOEXEC; not F_SETOWN (signals to others), F_SETPIPE_SZ (kernel memory).
    "fcntl": (1, (0, 1, 2, 3, 4, 5, 6, 7, 1030)),
    # TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX: what isatty and files need.
    "ioctl": (1, (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)),
    # Directories that the watch on scratch can look into.
    "mkdir": (1, (0o777, 0o755, 0o700)),
    "mkdirat": (2, (0o777, 0o755, 0o700)),
    # Its own limits only.
    "prlimit64": (0, (0,)),
}
"""For calls that are allowed in part: which argument is looked at, and its allowed values (32 bits)."""


def machine() -> str:
    """Return this machine's architecture as the kernel names it."""
    return platform.machine()


def allowed() -> dict[str, int] | None:
    """Return the allowed calls of this machine by name; None where the numbers are not known."""
    return {"x86_64": X86_64, "aarch64": ARM64}.get(machine())
