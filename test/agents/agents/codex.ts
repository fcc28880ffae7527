import { join } from 'node:path';
import { type Agent, DUMMY_KEY, lacking, type McpServer, MODEL, PATIENCE_MS, quoted } from '../agent.ts';
import type { Call } from '../model/dialect.ts';

const PROGRAM = '@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex';
const RESUME = ['resume', '--last'];

/** It has no tools for files: it patches them by a command that it runs itself, and reads them by the shell. */
const shell = (cmd: string): Call => ({ tool: 'exec_command', arguments: { cmd, yield_time_ms: PATIENCE_MS } });
/** A command that takes longer than 30 s is left running, whatever it was told. */
const rest = (session_id: number): Call => ({
  tool: 'write_stdin',
  arguments: { session_id, chars: '', yield_time_ms: PATIENCE_MS },
});
const patch = (lines: readonly string[]): Call =>
  shell(["apply_patch <<'EOF'", '*** Begin Patch', ...lines, '*** End Patch', 'EOF'].join('\n'));
const marked = (mark: string, text: string): string[] =>
  text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => `${mark}${line}`);

export const CODEX: Agent = {
  name: 'codex',
  starter: 'codex',
  package: '@openai/codex',
  dialects: ['openai-responses'],
  settings: (model, _dialect, servers) => ({ '.codex/config.toml': configuration(model.url, servers) }),
  environment: ({ certificate }) => ({
    SCRIPTED_KEY: DUMMY_KEY,
    ...(certificate && { CODEX_CA_CERTIFICATE: certificate, SSL_CERT_FILE: certificate }),
  }),
  command: (places, prompt, session) => [
    ...[join(places.modules, PROGRAM), 'exec', ...(session === 'resumed' ? RESUME : [])],
    ...['--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox', prompt],
  ],
  call: (step) => {
    if ('read' in step) return shell(`cat ${quoted(step.read)}`);
    if ('write' in step) return patch([`*** Add File: ${step.write}`, ...marked('+', step.content)]);
    if ('edit' in step)
      return patch([`*** Update File: ${step.edit}`, '@@', ...marked('-', step.from), ...marked('+', step.to)]);
    if ('shell' in step) return shell(step.shell);
    if ('mcp' in step) return { tool: step.tool, namespace: `mcp__${step.mcp}`, arguments: step.arguments };
    return lacking('codex', step);
  },
  leftRunning: { said: /^Process running with session ID (\d+)$/m, wait: rest },
};

function configuration(url: string, servers: readonly McpServer[]): string {
  const started = servers.flatMap(({ name, command, args }) => [
    `[mcp_servers.${name}]`,
    `command = ${JSON.stringify(command)}`,
    `args = ${JSON.stringify(args)}`,
  ]);
  return [
    `model = "${MODEL}"`,
    'model_provider = "scripted"',
    'check_for_update_on_startup = false',
    '[model_providers.scripted]',
    'name = "scripted"',
    `base_url = "${url}/v1"`,
    'wire_api = "responses"',
    'env_key = "SCRIPTED_KEY"',
    'supports_websockets = false',
    '[analytics]',
    'enabled = false',
    '[otel]',
    'exporter = "none"',
    '[features]',
    'plugins = false',
    'apps = false',
    ...started,
    '',
  ].join('\n');
}
