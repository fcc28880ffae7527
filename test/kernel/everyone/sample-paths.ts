/** Paths that a pattern stands for: every alternative of it, each wildcard as some name, `**` as nothing and as a folder. */
import { parsedPatterns } from '../../../core/policy/pattern/parsed-patterns.ts';
import type { CodePointRange, Component, Element } from '../../../core/policy/pattern/pattern.ts';

const NAME = 'sample';
/** Another, so that no path of one pattern is a folder of another's. */
const LEAF = 'leaf';
const decoder = new TextDecoder();

/** Absolute paths, without the one that `a/**` shares with `a` itself. */
export function samplePaths(pattern: string): string[] {
  return [...new Set(parsedPatterns(pattern).flatMap((components) => pathsOf(components)))];
}

function pathsOf(components: readonly Component[]): string[] {
  let paths = [''];
  components.forEach((component, index) => {
    const isLast = index === components.length - 1;
    if (component.kind === 'name') {
      const names = sequences(component.elements);
      paths = paths.flatMap((path) => names.map((name) => `${path}/${name}`));
    } else {
      // every alternative before it with one way to go on, the first with both
      paths = paths.flatMap((path, at) =>
        (at === 0 ? waysDown(isLast) : waysDown(isLast).slice(0, 1)).map((way) => path + way),
      );
    }
  });
  return paths;
}

function waysDown(isLast: boolean): string[] {
  return isLast ? [`/${LEAF}`, `/folder/${LEAF}`] : ['', '/folder'];
}

function sequences(elements: readonly Element[]): string[] {
  return elements.reduce<string[]>(
    (texts, element) => texts.flatMap((text) => textsOf(element).map((more) => text + more)),
    [''],
  );
}

function textsOf(element: Element): string[] {
  switch (element.kind) {
    case 'bytes':
      return [decoder.decode(element.bytes)];
    case 'run':
      return [NAME];
    case 'characters':
      return [String.fromCodePoint(codePointIn(element))];
    case 'choice':
      return element.alternatives.flatMap(sequences);
  }
}

function codePointIn({ negated, ranges }: { negated: boolean; ranges: readonly CodePointRange[] }): number {
  const isIn = (point: number) => ranges.some(({ first, last }) => first <= point && point <= last);
  for (let point = 'a'.codePointAt(0) as number; ; point += 1) if (isIn(point) !== negated) return point;
}
