/**
 * Variables that put code into whatever is started with them: a program that has one is not itself. What a program is made to execute by one
 * (GIT_SSH, EDITOR, PAGER) is judged as the program that it is, so such names are not here.
 */
import { z } from 'zod';
import data from './environment.json' with { type: 'json' };

export const environmentSchema = z.strictObject({
  variables: z
    .array(
      z.strictObject({
        /** Patterns of one name. */
        names: z.array(z.string().regex(/^[A-Z0-9_*]+$/i)).min(1),
        /** `with-path`: only where its value has a slash. */
        counts: z.enum(['always', 'with-path']),
        why: z.string().min(1),
      }),
    )
    .min(1),
  /** Files whose being opened for reading ends the trust in a script, unless they are root's alone. */
  code: z.strictObject({ names: z.array(z.string().regex(/^[^/]+$/)).min(1), why: z.string().min(1) }),
});

const known = environmentSchema.parse(data);
export const INJECTING_VARIABLES = known.variables;
export const CODE_FILES = known.code.names;
