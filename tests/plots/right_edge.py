"""Fails if the title of a PNG of pngcairo is cut off: anything is drawn at the right edge of its top.

   right_edge.py FILE.png"""
import struct
import sys
import zlib

EDGE = 4  # pixels that must be white
TOP = 120  # lines that the title and what stands below it are in

data = open(sys.argv[1], "rb").read()
at, packed = 8, b""
while at < len(data):
    length, kind = struct.unpack(">I4s", data[at:at + 8])
    body = data[at + 8:at + 8 + length]
    if kind == b"IHDR":
        width, height, depth, colour = struct.unpack(">IIBB", body[:10])
    elif kind == b"IDAT":
        packed += body
    at += 12 + length
assert depth == 8 and colour in (2, 6), "expected RGB or RGBA of 8 bits"
step = 3 if colour == 2 else 4
raw, before = zlib.decompress(packed), bytearray(width * step)
for y in range(min(height, TOP)):
    start = y * (width * step + 1)
    how, line = raw[start], bytearray(raw[start + 1:start + 1 + width * step])
    for i in range(len(line)):
        left = line[i - step] if i >= step else 0
        up, corner = before[i], before[i - step] if i >= step else 0
        guess = left + up - corner
        paeth = min((left, up, corner), key=lambda near: abs(guess - near))
        line[i] = (line[i] + (0, left, up, (left + up) // 2, paeth)[how]) & 255
    if any(byte != 255 for byte in line[-EDGE * step:]):
        sys.exit(f"something is drawn at the right edge, in line {y} of {height}")
    before = line
