/** Shapes as signed distances: negative inside, positive outside. The field is 100 × 100, y downwards. */

export type Shape = (x: number, y: number) => number;
export type Corner = readonly [x: number, y: number];

export function circle(x: number, y: number, radius: number): Shape {
  return (px, py) => Math.hypot(px - x, py - y) - radius;
}

/** A stroke with round ends through the corners. */
export function stroke(corners: readonly Corner[], width: number): Shape {
  return (x, y) => {
    let least = Number.POSITIVE_INFINITY;
    for (let at = 1; at < corners.length; at++)
      least = Math.min(least, toSegment(x, y, corners[at - 1]!, corners[at]!));
    return least - width / 2;
  };
}

/** A filled polygon, its corners rounded by `radius`. */
export function polygon(corners: readonly Corner[], radius = 0): Shape {
  return (x, y) => {
    let least = Number.POSITIVE_INFINITY;
    let inside = false;
    for (let at = 0; at < corners.length; at++) {
      const [a, b] = [corners[at]!, corners[(at + 1) % corners.length]!];
      least = Math.min(least, toSegment(x, y, a, b));
      if (a[1] > y !== b[1] > y && x < ((b[0] - a[0]) * (y - a[1])) / (b[1] - a[1]) + a[0]) inside = !inside;
    }
    return (inside ? -least : least) - radius;
  };
}

/** The line along the edge of a shape. */
export function outline(shape: Shape, width: number): Shape {
  return (x, y) => Math.abs(shape(x, y)) - width / 2;
}

export function union(...shapes: readonly Shape[]): Shape {
  return (x, y) => Math.min(...shapes.map((shape) => shape(x, y)));
}

export function intersection(...shapes: readonly Shape[]): Shape {
  return (x, y) => Math.max(...shapes.map((shape) => shape(x, y)));
}

function toSegment(x: number, y: number, [ax, ay]: Corner, [bx, by]: Corner): number {
  const [dx, dy] = [bx - ax, by - ay];
  const along = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)));
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
}
