import { inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { appIcon, TRAY_STATES, trayIcon } from './icons.ts';
import { encodePng } from './png.ts';

/** RGBA of a PNG that png.ts has written. */
function pixelsOf(png: Buffer): { width: number; pixels: Uint8Array } {
  expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const at = png.indexOf('IDAT');
  const rows = inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4)));
  const pixels = new Uint8Array(width * height * 4);
  for (let row = 0; row < height; row++) {
    pixels.set(rows.subarray(row * (width * 4 + 1) + 1, (row + 1) * (width * 4 + 1)), row * width * 4);
  }
  return { width, pixels };
}

test('what is encoded can be read again', () => {
  const pixels = Uint8Array.from({ length: 3 * 2 * 4 }, (_, at) => at * 7);
  expect(pixelsOf(encodePng(pixels, 3, 2))).toEqual({ width: 3, pixels });
  expect(() => encodePng(pixels, 4, 2)).toThrow('are not 4 × 2 pixels');
});

test('in the size of a tray, each state has a shape that no other has', () => {
  const opaque = TRAY_STATES.map((state) =>
    Array.from({ length: 22 * 22 }, (_, at) => (pixelsOf(trayIcon(state, 22)).pixels[at * 4 + 3] ?? 0) > 127),
  );
  for (const [at, shape] of opaque.entries()) {
    const filled = shape.filter(Boolean).length;
    expect(filled, TRAY_STATES[at]).toBeGreaterThan(60);
    for (const other of opaque.slice(at + 1)) {
      expect(shape.filter((pixel, place) => pixel !== other[place]).length, TRAY_STATES[at]).toBeGreaterThan(60);
    }
  }
});

test('and a colour of its own', () => {
  const colours = TRAY_STATES.map((state) => {
    const { pixels } = pixelsOf(trayIcon(state, 44));
    const solid = Array.from({ length: 44 * 44 }, (_, at) => at * 4).find((at) => pixels[at + 3] === 255) ?? 0;
    return pixels.subarray(solid, solid + 3).join();
  });
  expect(new Set(colours).size).toBe(TRAY_STATES.length);
});

test('the app’s icon is a picture of its size', () => {
  expect(pixelsOf(appIcon(128)).width).toBe(128);
});
