// A screenshot with a palette: text on a plain ground has few colours, and so takes a third of the bytes. Of
// more than 256 colours some become the nearest that is kept. Source: PNG specification, third edition.
import { crc32, deflateSync, inflateSync } from "node:zlib";

const SIGNATURE = 8;
const COLOURS = 256;
const FREQUENT = 64;

interface Pixels {
  width: number;
  height: number;
  channels: number; // 3 or 4, of 8 bits each
  data: Buffer;
}

function paeth(a: number, b: number, c: number): number {
  const p = a + b - c;
  const [pa, pb, pc] = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)];
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}

function unfilter(raw: Buffer, { width, height, channels }: Pixels): Buffer {
  const line = width * channels;
  const data = Buffer.alloc(line * height);
  for (let y = 0; y < height; ++y) {
    const filter = raw[y * (line + 1)]!;
    for (let x = 0; x < line; ++x) {
      const left = x >= channels ? data[y * line + x - channels]! : 0;
      const up = y > 0 ? data[(y - 1) * line + x]! : 0;
      const corner = x >= channels && y > 0 ? data[(y - 1) * line + x - channels]! : 0;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter]!;
      data[y * line + x] = raw[y * (line + 1) + 1 + x]! + guess;
    }
  }
  return data;
}

function decoded(png: Buffer): Pixels {
  const parts: Buffer[] = [];
  for (let at = SIGNATURE; at < png.length; ) {
    const length = png.readUInt32BE(at);
    if (png.toString("latin1", at + 4, at + 8) === "IDAT") parts.push(png.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  const colour = png[25]!;
  if (png[24] !== 8 || (colour !== 2 && colour !== 6)) throw new Error("a screenshot has three or four channels of 8 bits");
  const pixels = { width: png.readUInt32BE(16), height: png.readUInt32BE(20), channels: colour === 2 ? 3 : 4, data: Buffer.alloc(0) };
  return { ...pixels, data: unfilter(inflateSync(Buffer.concat(parts)), pixels) };
}

function chunk(type: string, body: Buffer): Buffer {
  const content = Buffer.concat([Buffer.from(type, "latin1"), body]);
  const frame = Buffer.alloc(content.length + 8);
  frame.writeUInt32BE(body.length, 0);
  content.copy(frame, 4);
  frame.writeUInt32BE(crc32(content), content.length + 4);
  return frame;
}

const distance = (a: number, b: number) =>
  ((a >> 16) - (b >> 16)) ** 2 + (((a >> 8) & 255) - ((b >> 8) & 255)) ** 2 + ((a & 255) - (b & 255)) ** 2;

// The most frequent colours, then always the one that is farthest from all before it, so that a rare one that means
// something (a red cross) is kept.
function paletteOf(counts: Map<number, number>): { kept: number[]; places: Map<number, number> } {
  const kept = [...counts].sort((a, b) => b[1] - a[1]).slice(0, FREQUENT).map(([key]) => key);
  const near = new Map([...counts.keys()].map((key) => [key, { place: 0, far: Infinity }]));
  const consider = (place: number) => {
    for (const [key, one] of near) {
      const far = distance(key, kept[place]!);
      if (far < one.far) Object.assign(one, { place, far });
    }
  };
  kept.forEach((_, place) => consider(place));
  while (kept.length < COLOURS) {
    const [key, { far }] = [...near].reduce((a, b) => (b[1].far > a[1].far ? b : a));
    if (far === 0) break;
    kept.push(key);
    consider(kept.length - 1);
  }
  return { kept, places: new Map([...near].map(([key, { place }]) => [key, place])) };
}

function indexed({ width, height, channels, data }: Pixels): { palette: Buffer; lines: Buffer } {
  const keyAt = (i: number) => (data[i * channels]! << 16) | (data[i * channels + 1]! << 8) | data[i * channels + 2]!;
  const counts = new Map<number, number>();
  for (let i = 0; i < width * height; ++i) counts.set(keyAt(i), (counts.get(keyAt(i)) ?? 0) + 1);
  const { kept, places } = paletteOf(counts);
  const lines = Buffer.alloc((width + 1) * height);
  for (let i = 0; i < width * height; ++i)
    lines[Math.floor(i / width) * (width + 1) + 1 + (i % width)] = places.get(keyAt(i))!;
  return { palette: Buffer.from(kept.flatMap((key) => [key >> 16, (key >> 8) & 255, key & 255])), lines };
}

export function withPalette(png: Buffer): Buffer {
  const pixels = decoded(png);
  const { palette, lines } = indexed(pixels);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(pixels.width, 0);
  head.writeUInt32BE(pixels.height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    png.subarray(0, SIGNATURE), chunk("IHDR", head), chunk("PLTE", palette),
    chunk("IDAT", deflateSync(lines, { level: 9 })), chunk("IEND", Buffer.alloc(0)),
  ]);
}
