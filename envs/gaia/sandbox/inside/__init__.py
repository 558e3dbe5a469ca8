"""What runs inside the sandbox, with nothing but the standard library.

It is imported twice: by the host as part of its package, and inside as the top-level package ``inside``. So its
modules import each other relatively, and nothing else of the project.
"""
