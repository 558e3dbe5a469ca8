"""The filter on system calls: a list of what is allowed, compiled to classic BPF.

Written here rather than taken from libseccomp's bindings, because those need a system library inside the sandbox and
the program is thirty lines. See ``Documentation/userspace-api/seccomp_filter.rst`` of the kernel.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct

from . import syscalls

_LOAD, _JUMP_IF_EQUAL, _JUMP_IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _KILL = 0x7FFF0000, 0x80000000
_REFUSE = 0x00050000 | errno.EPERM
_X32 = 0x40000000
_PR_SET_SECCOMP, _FILTER = 22, 2
_NUMBER, _ARCH, _ARGUMENTS = 0, 4, 16


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def program() -> bytes:
    """Return the filter as BPF instructions.

    Raises
    ------
    OSError
        If the system call numbers of this architecture are not known.
    """
    numbers = syscalls.allowed()
    if numbers is None:
        raise OSError(errno.ENOSYS, f"no list of system calls for {syscalls.machine()}")
    code = [
        _instruction(_LOAD, _ARCH),
        _instruction(_JUMP_IF_EQUAL, syscalls.AUDIT_ARCH[syscalls.machine()], if_true=1, if_false=0),
        _instruction(_RETURN, _KILL),
        _instruction(_LOAD, _NUMBER),
        _instruction(_JUMP_IF_AT_LEAST, _X32, if_true=0, if_false=1),
        _instruction(_RETURN, _REFUSE),
    ]
    for name, number in numbers.items():
        rule = _in_part(name) if name in syscalls.ARGUMENTS else [_instruction(_RETURN, _ALLOW)]
        code += [_instruction(_JUMP_IF_EQUAL, number, if_true=0, if_false=len(rule)), *rule]
    return b"".join([*code, _instruction(_RETURN, _REFUSE)])


def apply() -> None:
    """Filter this process from here on; ``no_new_privs`` must be set.

    Raises
    ------
    OSError
        If the kernel refuses it.
    """
    code = program()
    buffer = ctypes.create_string_buffer(code, len(code))
    filters = _Program(len(code) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_SECCOMP, _FILTER, ctypes.byref(filters), 0, 0):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _in_part(name: str) -> list[bytes]:
    argument, values = syscalls.ARGUMENTS[name]
    rule = [_instruction(_LOAD, _ARGUMENTS + 8 * argument)]
    for value in values:
        rule += [_instruction(_JUMP_IF_EQUAL, value, if_true=0, if_false=1), _instruction(_RETURN, _ALLOW)]
    return [*rule, _instruction(_RETURN, _REFUSE)]


def _instruction(code: int, k: int, *, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, k)
