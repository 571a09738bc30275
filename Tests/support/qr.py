"""Reads the QR code that a page draws, as a phone would: versions 1 to 10, correction level M, one text in bytes.

The squares come from our own drawing, undamaged, so the correction codewords are stepped over instead of used."""

from __future__ import annotations

import re

MARGIN = 4
# Version: codewords of correction per block, lengths of the data blocks (ISO/IEC 18004, table 9).
BLOCKS = {
    1: (10, [16]), 2: (16, [28]), 3: (26, [44]), 4: (18, [32] * 2), 5: (24, [43] * 2), 6: (16, [27] * 4), 7: (18, [31] * 4),
    8: (22, [38] * 2 + [39] * 2), 9: (22, [36] * 3 + [37] * 2), 10: (26, [43] * 4 + [44]),
}  # fmt: skip
ALIGNMENT = {
    1: [], 2: [6, 18], 3: [6, 22], 4: [6, 26], 5: [6, 30], 6: [6, 34], 7: [6, 22, 38], 8: [6, 24, 42], 9: [6, 26, 46], 10: [6, 28, 50],
}  # fmt: skip
MASKS = [
    lambda r, c: (r + c) % 2 == 0, lambda r, c: r % 2 == 0, lambda r, c: c % 3 == 0, lambda r, c: (r + c) % 3 == 0,
    lambda r, c: (r // 2 + c // 3) % 2 == 0, lambda r, c: r * c % 2 + r * c % 3 == 0, lambda r, c: (r * c % 2 + r * c % 3) % 2 == 0,
    lambda r, c: ((r + c) % 2 + r * c % 3) % 2 == 0,
]  # fmt: skip


def squares(page: str) -> list[list[bool]]:
    """Dark squares of the first code of a page, without its margin."""
    drawing = re.search(r'<svg[^>]*viewBox="0 0 (\d+)(?:\.0)? [^"]*"[^>]*>\s*<path d="((?:M\d+ \d+h\d+v1h-\d+z)+)"', page)
    assert drawing is not None, "there is no QR code on this page"
    width = int(drawing[1]) - 2 * MARGIN
    grid = [[False] * width for _ in range(width)]
    for column, row, length in re.findall(r"M(\d+) (\d+)h(\d+)v1", drawing[2]):
        for place in range(int(length)):
            grid[int(row) - MARGIN][int(column) - MARGIN + place] = True
    return grid


def _reserved(width: int, version: int) -> set[tuple[int, int]]:
    """Squares that carry no data: finders, timing, alignment, format and version."""
    taken = {(r, c) for r in range(width) for c in range(width) if r == 6 or c == 6}
    for top, left in ((0, 0), (0, width - 8), (width - 8, 0)):
        taken |= {(r, c) for r in range(top, top + 9) for c in range(left, left + 9) if r < width and c < width}
    centres = ALIGNMENT[version]
    for r in centres:
        for c in centres:
            if (r, c) not in ((6, 6), (6, width - 7), (width - 7, 6)):
                taken |= {(r + i, c + j) for i in range(-2, 3) for j in range(-2, 3)}
    if version >= 7:
        taken |= {(r, c) for r in range(6) for c in range(width - 11, width - 8)}
        taken |= {(r, c) for r in range(width - 11, width - 8) for c in range(6)}
    return taken


def read(page: str) -> str:
    """The text of the first code of a page."""
    grid = squares(page)
    width, version = len(grid), (len(grid) - 17) // 4
    format_bits = sum(grid[8][c] << (14 - i) for i, c in enumerate((0, 1, 2, 3, 4))) ^ 0x5412
    assert format_bits >> 13 == 0, "the code has another correction level than M"
    mask = MASKS[format_bits >> 10 & 7]
    taken = _reserved(width, version)
    bits: list[int] = []
    columns = [c for c in range(width - 1, 0, -2) if c > 6] + [5, 3, 1]
    for turn, right in enumerate(columns):
        rows = range(width - 1, -1, -1) if turn % 2 == 0 else range(width)
        bits += [grid[r][c] ^ mask(r, c) for r in rows for c in (right, right - 1) if (r, c) not in taken]
    codewords = [int("".join("01"[b] for b in bits[i : i + 8]), 2) for i in range(0, len(bits) - 7, 8)]
    lengths = BLOCKS[version][1]
    blocks: list[list[int]] = [[] for _ in lengths]
    stream = iter(codewords)
    for place in range(max(lengths)):
        for block, length in zip(blocks, lengths, strict=True):
            if place < length:
                block.append(next(stream))
    data = "".join(f"{byte:08b}" for block in blocks for byte in block)
    assert data[:4] == "0100", "the code does not hold bytes"
    count = 16 if version >= 10 else 8
    length = int(data[4 : 4 + count], 2)
    return bytes(int(data[4 + count + 8 * i : 12 + count + 8 * i], 2) for i in range(length)).decode()
