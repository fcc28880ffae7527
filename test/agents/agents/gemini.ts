import { join } from 'node:path';
import { type Agent, DUMMY_KEY, lacking, quoted, settingsFile } from '../agent.ts';
import type { Call } from '../model/dialect.ts';

const PROGRAM = '@google/gemini-cli/bundle/gemini.js';
/** It refuses a name that it does not know. */
const KNOWN_MODEL = 'gemini-2.5-flash';

const shell = (command: string): Call => ({
  tool: 'run_shell_command',
  arguments: { command, description: 'As asked' },
});

export const GEMINI_CLI: Agent = {
  name: 'gemini',
  starter: 'gemini-cli',
  package: '@google/gemini-cli',
  dialects: ['gemini'],
  settings: (_model, _dialect, servers) => ({
    '.gemini/settings.json': settingsFile({
      security: { auth: { selectedType: 'gemini-api-key' } },
      privacy: { usageStatisticsEnabled: false },
      telemetry: { enabled: false },
      general: { enableAutoUpdate: false },
      mcpServers: Object.fromEntries(servers.map(({ name, command, args }) => [name, { command, args, trust: true }])),
    }),
  }),
  environment: ({ url, certificate }) => ({
    GOOGLE_GEMINI_BASE_URL: url,
    GEMINI_API_KEY: DUMMY_KEY,
    GEMINI_CLI_TRUST_WORKSPACE: 'true',
    ...(certificate && { NODE_EXTRA_CA_CERTS: certificate }),
  }),
  command: (places, prompt, session) => [
    ...[places.node, join(places.modules, PROGRAM), '--yolo', '-m', KNOWN_MODEL],
    ...(session === 'resumed' ? ['--resume', 'latest'] : []),
    ...['-p', prompt],
  ],
  call: (step, { workspace }) => {
    // its tools for files refuse what is not in the workspace, its shell does not
    const isOutside = (path: string) => !`${path}/`.startsWith(`${workspace}/`);
    if ('read' in step)
      return isOutside(step.read)
        ? shell(`cat ${quoted(step.read)}`)
        : { tool: 'read_file', arguments: { file_path: step.read } };
    if ('write' in step)
      return isOutside(step.write)
        ? shell(`printf %s ${quoted(step.content)} > ${quoted(step.write)}`)
        : { tool: 'write_file', arguments: { file_path: step.write, content: step.content } };
    if ('edit' in step) {
      const { edit: file_path, from: old_string, to: new_string } = step;
      return { tool: 'replace', arguments: { file_path, old_string, new_string, instruction: 'As asked' } };
    }
    if ('shell' in step) return shell(step.shell);
    if ('mcp' in step) return { tool: `mcp_${step.mcp}_${step.tool}`, arguments: step.arguments };
    return lacking('gemini', step);
  },
};
