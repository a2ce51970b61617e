"""Kernels: the hot loops of the world, compiled. Only they import numba; see `jit` for what a kernel may do."""

__all__: list[str] = []
