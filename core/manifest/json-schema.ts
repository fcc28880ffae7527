import { z } from 'zod';
import { manifestSchema } from './schema.ts';

/**
 * The format as JSON Schema (draft 2020-12), for editors: it offers fields and catches slips. What it cannot say (paths, addresses,
 * hidden characters, signatures) `ringfence manifest lint` does.
 */
export function manifestJsonSchema(): object {
  const schema = z.toJSONSchema(manifestSchema, { io: 'input' });
  return {
    $schema: schema.$schema,
    title: 'clawmanifest.json',
    description: 'What a skill of an AI agent may read, write, run and reach, signed by its publisher.',
    ...schema,
  };
}
