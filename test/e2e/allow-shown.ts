/** Whether Allow looks as if it can be had: what a person sees, not what the page says. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ALLOW_ZONE } from '../../core/protocol/desktop.ts';
import type { WindowSeen } from './display.ts';

const MAX_BYTES = 64 * 1024 * 1024;
/** A place on the plain part of Allow, one on its upper edge and one beside it, from its upper left corner. */
const PLAIN = { right: 12, down: ALLOW_ZONE.height / 2 } as const;
const EDGE = { right: ALLOW_ZONE.width / 2, down: 0 } as const;
const BESIDE = { right: -6, down: ALLOW_ZONE.height / 2 } as const;

/** Whether the question's page has drawn Allow as something that can be had: framed, and of its surroundings' colour. Null: the window is gone. */
export async function showsAllow({ id, width, height }: WindowSeen, display: string): Promise<boolean | null> {
  const colourAt = await pictureOf(id, display);
  if (colourAt === null) return null;
  const left = width - ALLOW_ZONE.right - ALLOW_ZONE.width;
  const top = height - ALLOW_ZONE.bottom - ALLOW_ZONE.height;
  const [plain, edge, beside] = [PLAIN, EDGE, BESIDE].map(({ right, down }) => colourAt(left + right, top + down));
  return plain === beside && edge !== beside;
}

/** The colour at a place from the window's upper left corner, as a number; null: the window is gone. */
async function pictureOf(id: string, display: string): Promise<((right: number, down: number) => number) | null> {
  const options = { encoding: 'buffer', maxBuffer: MAX_BYTES, env: { ...process.env, DISPLAY: display } } as const;
  const taken = await promisify(execFile)('xwd', ['-silent', '-id', id], options).catch(() => null);
  if (taken === null) return null;
  const { stdout: dump } = taken;
  const field = (index: number) => dump.readUInt32BE(4 * index);
  const [headerBytes, bitsPerPixel, bytesPerLine, colours] = [field(0), field(11), field(12), field(19)];
  if (bitsPerPixel !== 32) throw new Error(`the display has ${bitsPerPixel} bits per pixel, 32 are needed`);
  const start = headerBytes + 12 * colours;
  return (right, down) => dump.readUInt32LE(start + down * bytesPerLine + 4 * right) & 0xff_ff_ff;
}
