import { isAbsolute, resolve } from 'node:path';
import { NOMINAL_CONTEXT } from '../../core/manifest/nominal-context.ts';
import type { BindContext } from '../../core/policy/bind-context.ts';
import { CommandError } from './command-error.ts';

export type PlaceOptions = {
  readonly user?: string;
  readonly workspace?: string;
  readonly skill?: string;
  readonly tmpdir?: string;
};

/** Where the symbols of a manifest lie for a command that looks at it without a session: the same everywhere unless it is said. */
export function placesFrom({ user, workspace, skill, tmpdir }: PlaceOptions): BindContext {
  if (user !== undefined && !isAbsolute(user))
    throw new CommandError(`“${user}” is no home directory`, 'Write a whole path, such as --user /home/alice');
  const { home, workspace: project, skill: folder, tmpdir: temporary, ...rest } = NOMINAL_CONTEXT;
  return {
    ...rest,
    home: user === undefined ? home : resolve(user),
    workspace: workspace === undefined ? project : resolve(workspace),
    skill: skill === undefined ? folder : resolve(skill),
    tmpdir: tmpdir === undefined ? temporary : resolve(tmpdir),
  };
}
