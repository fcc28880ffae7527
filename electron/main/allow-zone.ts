import { ALLOW_ZONE } from '../../core/protocol/desktop.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Rectangle extends Point {
  readonly width: number;
  readonly height: number;
}

/** Whether a point of the screen lies on the Allow control of a window whose content is there. A pixel of its edge does not. */
export function inAllowZone(point: Point, content: Rectangle, zoom: number): boolean {
  const right = content.x + content.width - ALLOW_ZONE.right * zoom;
  const bottom = content.y + content.height - ALLOW_ZONE.bottom * zoom;
  const left = right - ALLOW_ZONE.width * zoom;
  const top = bottom - ALLOW_ZONE.height * zoom;
  return point.x > left && point.x < right && point.y > top && point.y < bottom;
}
