import type { JsonValue } from '../../core/manifest/strict-json.ts';
import { NAMES, NUMBERS, TOKENS } from './dictionary.ts';
import type { Random } from './random.ts';

/** How a value is written out: white space, escapes, and how often something is written that JSON or a manifest forbids. */
export type Style = {
  readonly indent: number;
  readonly strayWhiteSpace: number;
  readonly escapes: number;
  /** For each value and member. */
  readonly noise: number;
};

export function randomStyle(random: Random, noise: number): Style {
  return {
    indent: random.pick([0, 0, 2, 4]),
    strayWhiteSpace: random.pick([0, 0, 0.05, 0.3]),
    escapes: random.pick([0, 0, 0.02, 0.5]),
    noise,
  };
}

/** The text of a value; the same text for the same state of `random`. */
export function renderJson(value: JsonValue, random: Random, style: Style): string {
  return new Writer(random, style).value(value, 0);
}

class Writer {
  private readonly random: Random;
  private readonly style: Style;

  constructor(random: Random, style: Style) {
    this.random = random;
    this.style = style;
  }

  value(value: JsonValue, depth: number): string {
    const { random, style } = this;
    if (style.noise > 0 && random.chance(style.noise)) return this.wrong(value, depth);
    if (typeof value === 'string') return this.string(value);
    if (Array.isArray(value)) {
      return this.list(
        '[',
        value.map((item) => this.value(item, depth + 1)),
        ']',
        depth,
      );
    }
    if (typeof value !== 'object' || value === null) return JSON.stringify(value);
    const members = Object.entries(value).map(([name, member]) => this.member(name, member, depth));
    return this.list('{', members, '}', depth);
  }

  private member(name: string, value: JsonValue, depth: number): string {
    const { random, style } = this;
    const member = `${this.string(name)}${this.space()}:${this.space()}${this.value(value, depth + 1)}`;
    if (style.noise === 0 || !random.chance(style.noise)) return member;
    switch (random.below(4)) {
      case 0: // the same name again, perhaps spelled otherwise
        return `${member},${this.again(name)}:${this.value(value, depth + 1)}`;
      case 1:
        return `${member},"${random.pick(['__proto__', '__prot\\u006f__', '__proto'])}":${JSON.stringify(random.below(9))}`;
      case 2:
        return `${this.string(random.pick(NAMES))}:${this.value(value, depth + 1)}`;
      default:
        return member.replace(':', random.pick(['', '::', '=', ' ', ',']));
    }
  }

  private again(name: string): string {
    if (!this.random.chance(0.5)) return JSON.stringify(name);
    const at = this.random.below(Math.max(1, name.length));
    const unit = name.charCodeAt(at);
    if (Number.isNaN(unit)) return '""';
    const escaped = `\\u${unit.toString(16).padStart(4, '0')}`;
    return `"${JSON.stringify(name.slice(0, at)).slice(1, -1)}${escaped}${JSON.stringify(name.slice(at + 1)).slice(1, -1)}"`;
  }

  private wrong(value: JsonValue, depth: number): string {
    const { random } = this;
    switch (random.below(6)) {
      case 0:
        return random.pick(NUMBERS);
      case 1:
        return random.pick(TOKENS);
      case 2:
        return `${JSON.stringify(value)}${random.pick(TOKENS)}`;
      case 3: {
        const levels = random.between(1, 20);
        return `${'['.repeat(levels)}${JSON.stringify(value)}${']'.repeat(levels - (random.chance(0.1) ? 1 : 0))}`;
      }
      case 4:
        return `"${random.pick(['\\ud800', '\\udfff', '\\ud83d\\ude00', '\u0001', '\\u0000', '\n', '\\', '\t'])}"`;
      default:
        return depth > 12 ? '[]' : `{"a":${JSON.stringify(value)},"b":[${JSON.stringify(value)}]}`;
    }
  }

  private string(text: string): string {
    const { random, style } = this;
    if (style.escapes === 0) return JSON.stringify(text);
    const parts = Array.from(JSON.stringify(text).slice(1, -1));
    return `"${parts.map((part, index) => this.escaped(part, parts[index - 1] ?? '')).join('')}"`.replace(
      /\//g,
      (slash) => (random.chance(style.escapes) ? '\\/' : slash),
    );
  }

  private escaped(character: string, before: string): string {
    if (before === '\\' || character === '\\' || !/[A-Za-z~$*.]/.test(character)) return character;
    if (/^[0-9a-fu]$/i.test(character) || !this.random.chance(this.style.escapes)) return character;
    const digits = character.charCodeAt(0).toString(16).padStart(4, '0');
    return `\\u${this.random.chance(0.5) ? digits : digits.toUpperCase()}`;
  }

  private list(open: string, parts: readonly string[], close: string, depth: number): string {
    const { indent } = this.style;
    if (parts.length === 0) return open + this.space() + close;
    if (indent === 0)
      return `${open}${this.space()}${parts.join(`${this.space()},${this.space()}`)}${this.space()}${close}`;
    const inner = `\n${' '.repeat(indent * (depth + 1))}`;
    return `${open}${inner}${parts.join(`,${inner}`)}\n${' '.repeat(indent * depth)}${close}`;
  }

  private space(): string {
    const { random, style } = this;
    return style.strayWhiteSpace > 0 && random.chance(style.strayWhiteSpace)
      ? random.pick([' ', '\n', '\t', '\r\n', '   '])
      : '';
  }
}
