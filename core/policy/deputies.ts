/** Deputies: programs outside the guard that act for the person. Whoever may speak to one has what it has. */
import { z } from 'zod';
import data from './deputies.json' with { type: 'json' };

/** `allow`, `ask`: what naming it in a manifest comes to, at most. `never`: no manifest opens it. */
export const DEPUTY_GRANTS = ['allow', 'ask', 'never'] as const;
export type DeputyGrant = (typeof DEPUTY_GRANTS)[number];

/** Patterns of the host's paths; the home, or the runtime directory of whoever it is, may come first. */
const place = z.string().regex(/^(~|\$XDG_RUNTIME_DIR)?\/[^/]/);
const port = z.int().min(1).max(65_535);

export const deputiesSchema = z.strictObject({
  deputies: z.array(
    z.strictObject({
      name: z.string().regex(/^[a-z][a-z0-9-]*$/),
      grant: z.enum(DEPUTY_GRANTS),
      /** Whoever may speak to it is as good as root. */
      root: z.literal(true).optional(),
      /** “It may then …”, for people. */
      lets: z.string().min(1),
      paths: z.array(place).min(1),
      /** Abstract names of its sockets, without the NUL before them; a * at the end stands for any rest. */
      names: z.array(z.string().regex(/^[^*]+\*?$/)).default([]),
      /** Where it also listens for TCP on loopback. */
      ports: z.array(z.strictObject({ low: port, high: port }).refine(({ low, high }) => low <= high)).default([]),
    }),
  ),
  /** Whatever else lies where desktops have their sockets. */
  desktop: z.strictObject({ lets: z.string().min(1), path: place }),
});

export type Deputy = z.infer<typeof deputiesSchema>['deputies'][number];

const known = deputiesSchema.parse(data);

export const DEPUTIES: readonly Deputy[] = known.deputies;
export const DESKTOP = known.desktop;

export function deputyNamed(name: string): Deputy | undefined {
  return DEPUTIES.find((deputy) => deputy.name === name);
}

/** Whether an entry of `unix_sockets.connect` is to name a deputy: it is no path, and no abstract name. */
export function isDeputyName(text: string): boolean {
  return /^[^/~$@*?[{\\.]/.test(text) && !text.includes('/');
}

/** Runtime directories of all users: a socket of another's is no less a deputy. */
const RUNTIME_DIRECTORIES = '/run/user/*';

/** The pattern as it stands on this machine. `home`: escaped for a pattern. */
export function placeOfDeputy(pattern: string, home: string): string {
  return pattern.replace(/^~/, home).replace(/^\$XDG_RUNTIME_DIR/, RUNTIME_DIRECTORIES);
}
