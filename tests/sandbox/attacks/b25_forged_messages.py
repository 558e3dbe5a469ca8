import os


def run(ctx):
    for line in (
        b'{"ask": "open", "text": "/etc/passwd"}',
        b'{"ask": {"a": 1}, "text": 3}',
        b'{"proof": {}}',
        b"[]",
        b"\0\xff",
    ):
        os.write(3, line + b"\n")
    answers = os.read(3, 65536)
    return {"breached": b"root:" in answers, "detail": answers.decode()}
