import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ROOT } from './root.ts';

/** A tool refused its input; its own words are the message. */
export class ToolFailure extends Error {
  override name = 'ToolFailure';
}

/** Runs a compiler or linker in the checkout. @throws ToolFailure with everything the tool said */
export async function runTool(program: string, parameters: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)(program, parameters, { cwd: ROOT, maxBuffer: 16 << 20 });
  } catch (error) {
    const { code, stderr = '', stdout = '' } = error as { code?: unknown; stderr?: string; stdout?: string };
    if (code === 'ENOENT')
      throw new ToolFailure(`${program} is not installed; \`npm run build\` installs what it needs`);
    throw new ToolFailure(`${program} ${parameters.join(' ')}\n${stderr}${stdout}`.trimEnd());
  }
}
