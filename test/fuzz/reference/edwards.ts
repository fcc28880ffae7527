/** edwards25519 straight from RFC 8032 section 5.1: slow, short, and no one else's code. */
const P = 2n ** 255n - 19n;
export const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const D = mod(-121665n * power(121666n, P - 2n));
const ROOT_OF_MINUS_ONE = power(2n, (P - 1n) / 4n);

export type AffinePoint = { readonly x: bigint; readonly y: bigint };
export const IDENTITY: AffinePoint = { x: 0n, y: 1n };

function mod(value: bigint): bigint {
  const rest = value % P;
  return rest < 0n ? rest + P : rest;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = ((base % P) + P) % P;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % P;
    square = (square * square) % P;
  }
  return result;
}

export function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex') || '0'}`);
}

export function toLittleEndian(value: bigint, length = 32): Uint8Array {
  return Uint8Array.from(Buffer.from(value.toString(16).padStart(length * 2, '0'), 'hex').reverse());
}

/** Null for what is no point, and for an encoding that another one stands for. */
export function decodePoint(bytes: Uint8Array): AffinePoint | null {
  const whole = littleEndian(bytes);
  const y = whole & (2n ** 255n - 1n);
  const sign = whole >> 255n;
  if (y >= P) return null;
  const x = rootFor(y);
  if (x === null || (x === 0n && sign === 1n)) return null;
  return { x: (x & 1n) === sign ? x : P - x, y };
}

/** x with x² = (y² - 1) / (d y² + 1). */
function rootFor(y: bigint): bigint | null {
  const square = mod((y * y - 1n) * power(D * y * y + 1n, P - 2n));
  const root = power(square, (P + 3n) / 8n);
  if (mod(root * root - square) === 0n) return root;
  const other = mod(root * ROOT_OF_MINUS_ONE);
  return mod(other * other - square) === 0n ? other : null;
}

export function encodePoint({ x, y }: AffinePoint): Uint8Array {
  return toLittleEndian(y | ((x & 1n) << 255n));
}

export function add(a: AffinePoint, b: AffinePoint): AffinePoint {
  const product = mod(D * a.x * b.x * a.y * b.y);
  return {
    x: mod((a.x * b.y + a.y * b.x) * power(1n + product, P - 2n)),
    y: mod((a.y * b.y + a.x * b.x) * power(1n - product, P - 2n)),
  };
}

/** x = X / Z, y = Y / Z, x y = T / Z: one inversion at the end in place of two for each addition. */
type ExtendedPoint = { readonly X: bigint; readonly Y: bigint; readonly Z: bigint; readonly T: bigint };

/** RFC 8032 section 5.1.4. */
function addExtended(p: ExtendedPoint, q: ExtendedPoint): ExtendedPoint {
  const a = mod((p.Y - p.X) * (q.Y - q.X));
  const b = mod((p.Y + p.X) * (q.Y + q.X));
  const c = mod(2n * D * p.T * q.T);
  const d = mod(2n * p.Z * q.Z);
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return { X: mod(e * f), Y: mod(g * h), Z: mod(f * g), T: mod(e * h) };
}

export function multiply({ x, y }: AffinePoint, scalar: bigint): AffinePoint {
  let result: ExtendedPoint = { X: 0n, Y: 1n, Z: 1n, T: 0n };
  let doubled: ExtendedPoint = { X: x, Y: y, Z: 1n, T: mod(x * y) };
  for (let left = scalar; left > 0n; left >>= 1n) {
    if (left & 1n) result = addExtended(result, doubled);
    doubled = addExtended(doubled, doubled);
  }
  const inverse = power(result.Z, P - 2n);
  return { x: mod(result.X * inverse), y: mod(result.Y * inverse) };
}

export function isIdentity({ x, y }: AffinePoint): boolean {
  return x === 0n && y === 1n;
}

/** A point that alone has order 8; its multiples are all points of small order. */
export const ORDER_EIGHT: AffinePoint = findOrderEight();

function findOrderEight(): AffinePoint {
  for (let y = 2n; ; y += 1n) {
    const x = rootFor(y);
    if (x === null) continue;
    const torsion = multiply({ x, y }, ORDER);
    if (!isIdentity(multiply(torsion, 4n))) return torsion;
  }
}
