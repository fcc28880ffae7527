/** The app's icon and those of the tray. Each state has a shape of its own: colour alone tells nobody anything for sure. */
import { type Colour, draw, type Layer } from './draw.ts';
import { encodePng } from './png.ts';
import { type Corner, circle, intersection, outline, polygon, type Shape, stroke, union } from './shape.ts';

export const TRAY_STATES = ['protected', 'audited', 'asking', 'not-enforcing', 'helper-lost', 'view-only'] as const;
export type TrayState = (typeof TRAY_STATES)[number];

const GREEN: Colour = [0x2e, 0x9e, 0x5b];
const AMBER: Colour = [0xf2, 0xa6, 0x1e];
const ORANGE: Colour = [0xe0, 0x8a, 0x0b];
const RED: Colour = [0xd9, 0x3a, 0x35];
const GREY: Colour = [0x9a, 0xa1, 0xa9];
const BLUE: Colour = [0x4f, 0x8f, 0xd8];

/** From the top round the right side to the point below, from the middle. */
const HALF_SHIELD: readonly Corner[] = [
  [0, 9],
  [36, 22],
  [36, 48],
  [33, 60],
  [26, 72],
  [16, 82],
  [0, 91],
];
const mirrored = HALF_SHIELD.slice(1, -1)
  .reverse()
  .map(([x, y]): Corner => [-x, y]);
const shield = polygon(
  [...HALF_SHIELD, ...mirrored].map(([x, y]): Corner => [50 + x, y]),
  3,
);

const check = stroke(
  [
    [32, 50],
    [45, 63],
    [69, 37],
  ],
  11,
);

const bubble = union(
  circle(50, 44, 38),
  polygon(
    [
      [26, 66],
      [22, 96],
      [54, 78],
    ],
    2,
  ),
);

/** Of the question mark: round from the left over the top to the lower right, then down to the middle. */
const hook = [180, 210, 240, 270, 300, 330, 360, 390, 410].map((degrees): Corner => {
  const angle = (degrees * Math.PI) / 180;
  return [50 + 13 * Math.cos(angle), 33 + 13 * Math.sin(angle)];
});
const question = union(stroke([...hook, [50, 50], [50, 54]], 9), circle(50, 67, 5.5));

const triangle = polygon(
  [
    [50, 14],
    [90, 84],
    [10, 84],
  ],
  7,
);
const exclamation = union(
  stroke(
    [
      [50, 40],
      [50, 59],
    ],
    10,
  ),
  circle(50, 73, 5.5),
);

const slash = (width: number): Shape =>
  stroke(
    [
      [14, 86],
      [86, 14],
    ],
    width,
  );

/** Two arcs that meet in the corners. */
const eye = intersection(circle(50, 88, 58), circle(50, 12, 58));

const LAYERS: Readonly<Record<TrayState, readonly Layer[]>> = {
  protected: [
    { shape: shield, colour: GREEN },
    { shape: check, colour: null },
  ],
  audited: [
    { shape: outline(shield, 9), colour: ORANGE },
    { shape: circle(50, 48, 17), colour: ORANGE },
  ],
  asking: [
    { shape: bubble, colour: AMBER },
    { shape: question, colour: null },
  ],
  'not-enforcing': [
    { shape: triangle, colour: RED },
    { shape: exclamation, colour: null },
  ],
  'helper-lost': [
    { shape: outline(shield, 9), colour: GREY },
    { shape: slash(24), colour: null },
    { shape: slash(9), colour: GREY },
  ],
  'view-only': [
    { shape: outline(eye, 9), colour: BLUE },
    { shape: circle(50, 50, 14), colour: BLUE },
  ],
};

/** PNG of a state, `size` pixels wide and high. */
export function trayIcon(state: TrayState, size: number): Buffer {
  return encodePng(draw(LAYERS[state], size), size, size);
}

/** PNG of the app itself. */
export function appIcon(size: number): Buffer {
  return encodePng(draw(LAYERS.protected, size), size, size);
}
