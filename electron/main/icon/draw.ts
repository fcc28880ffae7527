/** Paints shapes over one another, with soft edges. */
import type { Shape } from './shape.ts';

export type Colour = readonly [red: number, green: number, blue: number];

/** `null` cuts the shape out of what lies below. */
export interface Layer {
  readonly shape: Shape;
  readonly colour: Colour | null;
}

const FIELD = 100;

/** RGBA, `size` × `size`. */
export function draw(layers: readonly Layer[], size: number): Uint8Array {
  const pixels = new Uint8Array(size * size * 4);
  const scale = FIELD / size;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const pixel = blend(layers, (column + 0.5) * scale, (row + 0.5) * scale, scale);
      pixels.set(pixel, (row * size + column) * 4);
    }
  }
  return pixels;
}

function blend(layers: readonly Layer[], x: number, y: number, scale: number): number[] {
  let [red, green, blue, alpha] = [0, 0, 0, 0];
  for (const { shape, colour } of layers) {
    const cover = Math.max(0, Math.min(1, 0.5 - shape(x, y) / scale));
    if (cover === 0) continue;
    if (colour === null) {
      alpha *= 1 - cover;
      continue;
    }
    const sum = cover + alpha * (1 - cover);
    const mix = (below: number, above: number) => (above * cover + below * alpha * (1 - cover)) / sum;
    [red, green, blue, alpha] = [mix(red, colour[0]), mix(green, colour[1]), mix(blue, colour[2]), sum];
  }
  return [red, green, blue, alpha * 255].map(Math.round);
}
