import type { Turn } from '../script.ts';

/** A dialect whose requests say everything in their body. */
export const AT = new URL('http://127.0.0.1/');
export const CALLING: Turn = { say: 'Reading.', call: [{ tool: 'read', arguments: { path: '/key' } }] };
export const SAYING: Turn = { say: 'Done.' };

// biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever an event has
type Data = Record<string, any>;

/** The data of server-sent events; their names have to be their types if they have any. */
export function dataOf(chunks: readonly string[]): Data[] {
  return chunks.map((chunk) => {
    const [, name, text = ''] = /^(?:event: (\S+)\n)?data: (.*)\n\n$/.exec(chunk) ?? [];
    const data = JSON.parse(text) as Data;
    if (name !== undefined && name !== data.type) throw new Error(`${name} is not ${data.type}`);
    return data;
  });
}
