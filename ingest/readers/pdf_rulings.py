"""The straight lines drawn on a PDF page, which may be the rules of a table."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from ingest.readers.page_tables import Ruling, rulings_along

#: Enough for any page of tables; a map or a chart has more, and no tables.
_MAX_PIECES = 20_000

Matrix = tuple[float, float, float, float, float, float]


def rulings_of(page: pdfium.PdfPage) -> list[Ruling]:
    """Horizontal and vertical lines as (x0, y0, x1, y1) in the page's own coordinates.

    Lines that are stroked, sides of stroked rectangles, and filled rectangles thin enough to be lines. A page with
    more drawing than a table could need gives none.
    """
    found: list[Ruling] = []
    pieces = 0
    for path, matrix in _paths(page):
        n = pdfium_c.FPDFPath_CountSegments(path)
        pieces += max(n, 0)
        if pieces > _MAX_PIECES:
            return []
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        pdfium_c.FPDFPath_GetDrawMode(path, fill, stroke)
        for points, closed in _subpaths(path, n, matrix):
            found += rulings_along(points, closed, bool(stroke.value), bool(fill.value))
    return found


def _paths(page: pdfium.PdfPage) -> Iterator[tuple[object, Matrix]]:
    """Path objects and how their points are placed on the page, those inside form objects too (three levels)."""

    def walk(count: int, get: object, holder: object, outer: Matrix, depth: int) -> Iterator[tuple[object, Matrix]]:
        for i in range(min(count, _MAX_PIECES)):
            item = get(holder, i)  # type: ignore[operator]
            kind = pdfium_c.FPDFPageObj_GetType(item)
            if kind == pdfium_c.FPDF_PAGEOBJ_PATH:
                yield item, _times(_matrix(item), outer)
            elif kind == pdfium_c.FPDF_PAGEOBJ_FORM and depth < 3:
                inner = _times(_matrix(item), outer)
                n = pdfium_c.FPDFFormObj_CountObjects(item)
                yield from walk(n, pdfium_c.FPDFFormObj_GetObject, item, inner, depth + 1)

    count = pdfium_c.FPDFPage_CountObjects(page.raw)
    yield from walk(count, pdfium_c.FPDFPage_GetObject, page.raw, (1, 0, 0, 1, 0, 0), 0)


def _matrix(item: object) -> Matrix:
    m = pdfium_c.FS_MATRIX()
    if not pdfium_c.FPDFPageObj_GetMatrix(item, m):
        return (1, 0, 0, 1, 0, 0)
    return (m.a, m.b, m.c, m.d, m.e, m.f)


def _times(m: Matrix, n: Matrix) -> Matrix:
    """First ``m``, then ``n``."""
    a, b, c, d, e, f = m
    p, q, r, s, t, u = n
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def _subpaths(path: object, n: int, m: Matrix) -> Iterator[tuple[list[tuple[float, float]], bool]]:
    """Chains of points that straight lines join; curves end a chain."""
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[tuple[float, float]] = []
    for i in range(n):
        segment = pdfium_c.FPDFPath_GetPathSegment(path, i)
        kind = pdfium_c.FPDFPathSegment_GetType(segment)
        pdfium_c.FPDFPathSegment_GetPoint(segment, x, y)
        point = (m[0] * x.value + m[2] * y.value + m[4], m[1] * x.value + m[3] * y.value + m[5])
        if kind == pdfium_c.FPDF_SEGMENT_LINETO:
            points.append(point)
            if pdfium_c.FPDFPathSegment_GetClose(segment):
                yield points, True
                points = []
        else:
            if len(points) > 1:
                yield points, False
            points = [point]
    if len(points) > 1:
        yield points, False
