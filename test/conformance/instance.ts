/** Names that a pattern means, and names a step beside them. */
import { display } from '../../core/policy/pattern/bytes.ts';
import { parsedPatterns } from '../../core/policy/pattern/parsed-patterns.ts';
import type { Element, PathPattern } from '../../core/policy/pattern/pattern.ts';
import type { Dice } from './dice.ts';
import { NAMES } from './policies.ts';
import type { Names } from './world.ts';

const CHARACTERS = ['a', 'b', 'c', 'x', '.', '1', 'A', 'B', 'é', '-', '~'];

/** A path that the pattern matches. Null where the dice make a name that no file can have. */
export function instanceOf(text: string, dice: Dice): Names | null {
  const names = dice.pick<PathPattern>(parsedPatterns(text)).flatMap((component) => {
    if (component.kind === 'name') return [spell(component.elements, dice)];
    return Array.from({ length: dice.draw(3) }, () => dice.pick(NAMES));
  });
  return names.every((name) => name !== '' && name !== '.' && name !== '..') ? names : null;
}

function spell(elements: readonly Element[], dice: Dice): string {
  return elements.map((element) => spellElement(element, dice)).join('');
}

function spellElement(element: Element, dice: Dice): string {
  switch (element.kind) {
    case 'bytes':
      return display(element.bytes);
    case 'run':
      return dice.pick(['', 'a', 'b', 'x.c', 'é']);
    case 'choice':
      return spell(dice.pick(element.alternatives), dice);
    case 'characters': {
      const fitting = CHARACTERS.filter((character) => {
        const value = character.codePointAt(0) ?? 0;
        return element.ranges.some(({ first, last }) => first <= value && value <= last) !== element.negated;
      });
      return fitting.length > 0 ? dice.pick(fitting) : String.fromCodePoint(element.ranges[0]?.first ?? 0x61);
    }
  }
}

export type NearMiss = 'sibling' | 'extra component' | 'changed case';

/** A path one step beside another, from `fixed` names on; null where there is no such step. */
export function besides(names: Names, fixed: number, dice: Dice): { kind: NearMiss; names: Names } | null {
  const at = fixed + dice.draw(names.length - fixed);
  const name = names[at] ?? '';
  const changedTo = (other: string) => names.map((one, i) => (i === at ? other : one));
  switch (dice.pick<NearMiss>(['sibling', 'extra component', 'changed case'])) {
    case 'sibling': {
      const other = dice.pick([`${name}x`, `${name}.c`, `1${name}`, ...NAMES]);
      return other === name ? null : { kind: 'sibling', names: changedTo(other) };
    }
    case 'extra component':
      return { kind: 'extra component', names: [...names.slice(0, at + 1), dice.pick(NAMES), ...names.slice(at + 1)] };
    case 'changed case': {
      const other = name === name.toUpperCase() ? name.toLowerCase() : name.toUpperCase();
      return other === name ? null : { kind: 'changed case', names: changedTo(other) };
    }
  }
}
