import { join } from 'node:path';
import { type Agent, DUMMY_KEY, MODEL, PATIENCE_MS, settingsFile } from '../agent.ts';

/** For a command that starts another of its kind: emulated, that alone takes minutes. */
const PATIENCE_WITH_ANOTHER_MS = 600_000;
const PROGRAM = 'opencode-linux-x64-baseline/bin/opencode';

export const OPENCODE: Agent = {
  name: 'opencode',
  starter: 'opencode',
  package: 'opencode-linux-x64-baseline',
  dialects: ['openai-chat'],
  settings: (model, _dialect, servers) => ({
    '.config/opencode/opencode.json': settingsFile({
      provider: {
        scripted: {
          npm: '@ai-sdk/openai-compatible',
          options: { baseURL: `${model.url}/v1`, apiKey: DUMMY_KEY },
          models: { [MODEL]: {} },
        },
      },
      model: `scripted/${MODEL}`,
      small_model: `scripted/${MODEL}`,
      permission: { '*': 'allow' },
      mcp: Object.fromEntries(
        servers.map(({ name, command, args }) => [name, { type: 'local', command: [command, ...args] }]),
      ),
    }),
  }),
  environment: ({ certificate }) => ({
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    OPENCODE_DISABLE_MODELS_FETCH: '1',
    OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
    OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
    OPENCODE_DISABLE_SHARE: '1',
    ...(certificate && { NODE_EXTRA_CA_CERTS: certificate }),
  }),
  command: (places, prompt, session) => [
    ...[join(places.modules, PROGRAM), 'run'],
    ...(session === 'resumed' ? ['--continue'] : []),
    prompt,
  ],
  call: (step) => {
    if ('read' in step) return { tool: 'read', arguments: { filePath: step.read } };
    if ('write' in step) return { tool: 'write', arguments: { filePath: step.write, content: step.content } };
    if ('edit' in step) {
      const { edit: filePath, from: oldString, to: newString } = step;
      return { tool: 'edit', arguments: { filePath, oldString, newString } };
    }
    if ('shell' in step) {
      const timeout = step.starts === undefined ? PATIENCE_MS : PATIENCE_WITH_ANOTHER_MS;
      return { tool: 'bash', arguments: { command: step.shell, description: 'As asked', timeout } };
    }
    if ('delegate' in step)
      return {
        tool: 'task',
        arguments: { description: 'A part of the task', prompt: step.delegate, subagent_type: 'general' },
      };
    return { tool: `${step.mcp}_${step.tool}`, arguments: step.arguments };
  },
};
