import { type Before, type Deed, DOUBLE, happen, type Outside, SINGLE } from './deed.ts';
import type { ObjectKind, Tree } from './tree.ts';
import { isAtOrBelow, type Names, pathOf, shownAt, type World } from './world.ts';

/**
 * What must happen outside before the deed can be done at all, done to the tree already; null when it never can. As much
 * as can be is left as the history has made it.
 */
export function stage(world: World, tree: Tree, deed: Deed): Outside[] | null {
  const steps: Outside[] = [];
  const act = (step: Outside) => {
    happen(tree, step);
    steps.push(step);
  };
  switch (deed.kind) {
    case 'single':
      if (isOutOfPlace(world, deed.names) || wantsOtherThanPinned(world, deed.names, SINGLE[deed.call].object))
        return null;
      prepare(world, tree, deed.names, SINGLE[deed.call].object, act);
      if (deed.through !== null) {
        if (isOutOfPlace(world, deed.through) || tree.exists(deed.through)) return null;
        act({ kind: 'make', what: 'symlink', names: deed.through, target: deed.names });
      }
      return steps;
    case 'double': {
      const { names, other } = deed;
      if (isAtOrBelow(names, other) || isAtOrBelow(other, names)) return null;
      if ([names, other].some((one) => isOutOfPlace(world, one) || isPinned(world, one))) return null;
      // a rename of what no mount shows has no host path to be judged by
      if ([names, other].some((one) => shownAt(world, one).length === 0)) return null;
      if (world.pinned.some((one) => isAtOrBelow(one, names) || isAtOrBelow(one, other))) return null;
      prepare(world, tree, names, DOUBLE[deed.call].object, act);
      prepare(world, tree, other, DOUBLE[deed.call].other, act);
      // two names of one object: the kernel does nothing and asks nobody
      return tree.at(names)?.id === tree.at(other)?.id ? null : steps;
    }
    default:
      return steps;
  }
}

function isOutOfPlace({ home }: World, names: Names): boolean {
  return names.length <= home.length || !isAtOrBelow(names, home);
}

function isPinned({ pinned }: World, names: Names): boolean {
  return pinned.some((one) => pathOf(one) === pathOf(names));
}

/** A folder that is shown elsewhere is one, and stays. */
function wantsOtherThanPinned(world: World, names: Names, wanted: Before): boolean {
  return isPinned(world, names) && wanted !== 'directory';
}

function prepare(world: World, tree: Tree, names: Names, wanted: Before, act: (step: Outside) => void): void {
  for (let length = world.home.length + 1; length < names.length; length += 1) {
    const above = names.slice(0, length);
    if (tree.isDirectory(above)) continue;
    if (tree.exists(above)) act({ kind: 'remove', names: above });
    act({ kind: 'make', what: 'directory', names: above });
  }
  const present = tree.at(names)?.kind;
  if (fits(tree, names, present, wanted)) return;
  if (present !== undefined) act({ kind: 'remove', names });
  if (wanted === 'absent' || wanted === 'file or absent') return;
  act({ kind: 'make', what: wanted === 'empty directory' ? 'directory' : wanted, names });
}

function fits(tree: Tree, names: Names, present: ObjectKind | undefined, wanted: Before): boolean {
  switch (wanted) {
    case 'absent':
      return present === undefined;
    case 'file or absent':
      return present === undefined || present === 'file';
    case 'empty directory':
      return present === 'directory' && tree.isEmpty(names);
    // a listener ends with whoever made it, so each is made anew
    case 'socket':
      return false;
    default:
      return present === wanted;
  }
}
