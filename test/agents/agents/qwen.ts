import { join } from 'node:path';
import { type Agent, DUMMY_KEY, lacking, MODEL, settingsFile } from '../agent.ts';

const PROGRAM = '@qwen-code/qwen-code/cli-entry.js';

/** No starter is shipped for it: it is held to the one for agents that nobody has met, and to what it was seen to do. */
export const QWEN_CODE: Agent = {
  name: 'qwen',
  starter: 'generic',
  known: 'qwen-code',
  package: '@qwen-code/qwen-code',
  dialects: ['openai-chat'],
  settings: () => ({
    '.qwen/settings.json': settingsFile({
      security: { auth: { selectedType: 'openai' } },
      privacy: { usageStatisticsEnabled: false },
      telemetry: { enabled: false },
      general: { enableAutoUpdate: false },
    }),
  }),
  environment: ({ url, certificate }) => ({
    OPENAI_BASE_URL: `${url}/v1`,
    OPENAI_API_KEY: DUMMY_KEY,
    OPENAI_MODEL: MODEL,
    ...(certificate && { NODE_EXTRA_CA_CERTS: certificate }),
  }),
  command: (places, prompt, session) => [
    ...[places.node, join(places.modules, PROGRAM), '--yolo'],
    ...(session === 'resumed' ? ['--continue'] : []),
    ...['-p', prompt],
  ],
  call: (step) => {
    if ('read' in step) return { tool: 'read_file', arguments: { file_path: step.read } };
    if ('write' in step) return { tool: 'write_file', arguments: { file_path: step.write, content: step.content } };
    if ('edit' in step) {
      const { edit: file_path, from: old_string, to: new_string } = step;
      return { tool: 'edit', arguments: { file_path, old_string, new_string } };
    }
    if ('shell' in step) return { tool: 'run_shell_command', arguments: { command: step.shell, is_background: false } };
    return lacking('qwen', step);
  },
};
