import { EXIT } from '../exit-code.ts';
import { ask, type HelperOptions, openHelper } from '../helper-connection.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { visible } from '../terminal/visible.ts';

export type VerifyOptions = HelperOptions & { readonly json?: boolean };

/** Has the helper walk its whole log: hash chain, tree, checkpoints. */
export async function verifyAudit(options: VerifyOptions, terminal: Terminal): Promise<number> {
  const client = await openHelper(options, terminal);
  if (client === null) return EXIT.cannot;
  const found = await ask(client, 'audit.verify', {}, terminal);
  client.close();
  if (found === null) return EXIT.cannot;
  const { print, paint } = terminal;
  if (options.json) print(JSON.stringify(found));
  else if (found.state === 'intact') {
    print(`${paint.good('INTACT')}  ${found.records} records, each with its place in the chain.`);
    if (found.gaps > 0)
      print(paint.warn(`${found.gaps} of them are gaps: events that were lost, and are known to be.`));
    print(`root        ${visible(found.root)}`);
    print(`checkpoint  ${found.checkpoint === null ? 'none signed yet' : describeCheckpoint(found.checkpoint)}`);
  } else {
    const from = found.firstBad === null ? '' : ` from record ${found.firstBad} on`;
    print(`${paint.bad('DAMAGED')}${from}: ${visible(found.damage)}`);
    print(`${found.records} records were read. Keep the files as they are: they are the evidence of what was changed.`);
  }
  return found.state === 'intact' ? EXIT.ok : EXIT.no;
}

/** The first two lines of a note (C2SP tlog-checkpoint): which log, and how many records the signature covers. */
function describeCheckpoint(note: string): string {
  const [origin = '', size = ''] = note.split('\n');
  return `signed for the first ${visible(size)} records of ${visible(origin)}`;
}
