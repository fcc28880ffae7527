import { join } from 'node:path';
import { type Agent, type Apis, apiOf, DUMMY_KEY, lacking, MODEL, PATIENCE_MS, settingsFile } from '../agent.ts';
import { PI_APIS } from './pi.ts';

const PROGRAM = 'openclaw/openclaw.mjs';
/** Its sessions go on by their names. */
const SESSIONS = { new: 'main-task', resumed: 'main-task', nested: 'nested-task' } as const;

/** Beside those of pi, which it is built on. */
const APIS: Apis = { ...PI_APIS, ollama: { api: 'ollama', base: '' } };

export const OPENCLAW: Agent = {
  name: 'openclaw',
  starter: 'openclaw',
  package: 'openclaw',
  dialects: ['openai-chat', 'openai-responses', 'anthropic-messages', 'ollama'],
  settings: (model, dialect, servers) => {
    const { api, base } = apiOf(APIS, dialect);
    const models = [{ id: MODEL, name: MODEL, contextWindow: 200_000, maxTokens: 8192 }];
    return {
      '.openclaw/openclaw.json': settingsFile({
        models: {
          mode: 'replace',
          catalogRefresh: { enabled: false },
          providers: { scripted: { baseUrl: `${model.url}${base}`, apiKey: DUMMY_KEY, api, models } },
        },
        agents: {
          defaults: { model: { primary: `scripted/${MODEL}` }, workspace: '~/project', skipBootstrap: true },
        },
        tools: { exec: { host: 'gateway', mode: 'full' } },
        update: { checkOnStart: false },
        discovery: { mdns: { mode: 'off' } },
        ...(servers.length > 0 && {
          mcp: { servers: Object.fromEntries(servers.map(({ name, command, args }) => [name, { command, args }])) },
        }),
      }),
    };
  },
  environment: ({ certificate }) => ({
    OPENCLAW_NO_AUTO_UPDATE: '1',
    OPENCLAW_OFFLINE: '1',
    OPENCLAW_DISABLE_BONJOUR: '1',
    OPENCLAW_SKIP_CHANNELS: '1',
    ...(certificate && { NODE_EXTRA_CA_CERTS: certificate }),
  }),
  command: (places, prompt, session) => [
    ...[places.node, join(places.modules, PROGRAM), 'agent', '--local', '--agent', 'main'],
    ...['--session-id', SESSIONS[session], '--message', prompt, '--json'],
  ],
  call: (step) => {
    if ('read' in step) return { tool: 'read', arguments: { path: step.read } };
    if ('write' in step) return { tool: 'write', arguments: { path: step.write, content: step.content } };
    if ('edit' in step) {
      const edits = [{ oldText: step.from, newText: step.to }];
      return { tool: 'edit', arguments: { path: step.edit, edits } };
    }
    if ('shell' in step) return { tool: 'exec', arguments: { command: step.shell, yieldMs: PATIENCE_MS } };
    // most of its tools are called by another one
    if ('mcp' in step)
      return { tool: 'tool_call', arguments: { id: `${step.mcp}__${step.tool}`, args: step.arguments } };
    return lacking('openclaw', step);
  },
  startMs: 3_600_000,
};
