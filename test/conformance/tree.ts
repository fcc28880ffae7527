import { isAtOrBelow, type Names, pathOf, split } from './world.ts';

export type ObjectKind = 'file' | 'directory' | 'symlink' | 'pipe' | 'socket';

/** `id` is the same for all names of one object. */
export type Entry = { readonly kind: ObjectKind; readonly id: number };

/** What exists below a folder, as a history has made it. */
export class Tree {
  readonly #entries = new Map<string, Entry>();
  readonly #home: Names;
  #lastId = 0;

  constructor(home: Names) {
    this.#home = home;
  }

  copy(): Tree {
    const copy = new Tree(this.#home);
    for (const [path, entry] of this.#entries) copy.#entries.set(path, entry);
    copy.#lastId = this.#lastId;
    return copy;
  }

  at(names: Names): Entry | undefined {
    return this.#entries.get(pathOf(names));
  }

  exists(names: Names): boolean {
    return this.at(names) !== undefined;
  }

  /** The folder itself always is one. */
  isDirectory(names: Names): boolean {
    return names.length <= this.#home.length || this.at(names)?.kind === 'directory';
  }

  isEmpty(names: Names): boolean {
    return !this.all().some((other) => other.length > names.length && isAtOrBelow(other, names));
  }

  /** The names of all objects, in the order in which they came. */
  all(): Names[] {
    return [...this.#entries.keys()].map(split);
  }

  make(names: Names, kind: ObjectKind): void {
    this.#lastId += 1;
    this.#entries.set(pathOf(names), { kind, id: this.#lastId });
  }

  /** With all that is below it. */
  remove(names: Names): void {
    for (const other of this.all()) if (isAtOrBelow(other, names)) this.#entries.delete(pathOf(other));
  }

  link(names: Names, other: Names): void {
    const entry = this.at(names);
    if (entry !== undefined) this.#entries.set(pathOf(other), entry);
  }

  /** What had the new name is replaced. */
  move(names: Names, other: Names): void {
    const taken = this.#take(names);
    this.remove(other);
    this.#put(taken, other);
  }

  exchange(names: Names, other: Names): void {
    const [first, second] = [this.#take(names), this.#take(other)];
    this.#put(first, other);
    this.#put(second, names);
  }

  #take(names: Names): [Names, Entry][] {
    const taken = this.all()
      .filter((other) => isAtOrBelow(other, names))
      .map((other): [Names, Entry] => [other.slice(names.length), this.at(other) as Entry]);
    this.remove(names);
    return taken;
  }

  #put(taken: readonly [Names, Entry][], names: Names): void {
    for (const [below, entry] of taken) this.#entries.set(pathOf([...names, ...below]), entry);
  }
}
