import { join } from 'node:path';
import { type Agent, DUMMY_KEY, PATIENCE_MS, settingsFile } from '../agent.ts';

/** What its package's own script would put in place of `bin/claude.exe`. */
const PROGRAM = '@anthropic-ai/claude-code-linux-x64/claude';

export const CLAUDE: Agent = {
  name: 'claude',
  starter: 'claude-code',
  package: '@anthropic-ai/claude-code',
  dialects: ['anthropic-messages'],
  settings: (_model, _dialect, servers) => ({
    '.claude.json': settingsFile({
      hasCompletedOnboarding: true,
      mcpServers: Object.fromEntries(
        servers.map(({ name, command, args }) => [name, { type: 'stdio', command, args, env: {} }]),
      ),
    }),
  }),
  environment: ({ url, certificate }) => ({
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: DUMMY_KEY,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
    DISABLE_TELEMETRY: '1',
    DISABLE_ERROR_REPORTING: '1',
    ...(certificate && { NODE_EXTRA_CA_CERTS: certificate }),
  }),
  command: (places, prompt, session) => [
    ...[join(places.modules, PROGRAM), '-p', '--dangerously-skip-permissions'],
    ...(session === 'resumed' ? ['--continue'] : []),
    prompt,
  ],
  call: (step) => {
    if ('read' in step) return { tool: 'Read', arguments: { file_path: step.read } };
    if ('write' in step) return { tool: 'Write', arguments: { file_path: step.write, content: step.content } };
    if ('edit' in step) {
      const { edit: file_path, from: old_string, to: new_string } = step;
      return { tool: 'Edit', arguments: { file_path, old_string, new_string } };
    }
    if ('shell' in step)
      return { tool: 'Bash', arguments: { command: step.shell, description: 'As asked', timeout: PATIENCE_MS } };
    if ('delegate' in step)
      return {
        tool: 'Agent',
        arguments: {
          description: 'A part of the task',
          prompt: step.delegate,
          subagent_type: 'general-purpose',
          run_in_background: false,
        },
      };
    return { tool: `mcp__${step.mcp}__${step.tool}`, arguments: step.arguments };
  },
};
