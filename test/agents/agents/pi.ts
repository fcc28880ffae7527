import { join } from 'node:path';
import { type Agent, type Apis, apiOf, DUMMY_KEY, lacking, MODEL, settingsFile } from '../agent.ts';

const PROGRAM = '@mariozechner/pi-coding-agent/dist/cli.js';

/** What it calls the dialects, and what has to stand behind the address of a model. OpenClaw is built on it. */
export const PI_APIS: Apis = {
  'openai-chat': { api: 'openai-completions', base: '/v1' },
  'openai-responses': { api: 'openai-responses', base: '/v1' },
  'anthropic-messages': { api: 'anthropic-messages', base: '' },
  gemini: { api: 'google-generative-ai', base: '/v1beta' },
};

export const PI: Agent = {
  name: 'pi',
  starter: 'pi',
  package: '@mariozechner/pi-coding-agent',
  dialects: ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini'],
  settings: (model, dialect) => {
    const { api, base } = apiOf(PI_APIS, dialect);
    const scripted = { baseUrl: `${model.url}${base}`, api, apiKey: DUMMY_KEY, models: [{ id: MODEL }] };
    return { '.pi/agent/models.json': settingsFile({ providers: { scripted } }) };
  },
  environment: ({ certificate }) => ({
    PI_OFFLINE: '1',
    ...(certificate && { NODE_EXTRA_CA_CERTS: certificate }),
  }),
  command: (places, prompt, session) => [
    ...[places.node, join(places.modules, PROGRAM), '--provider', 'scripted', '--model', MODEL],
    ...(session === 'resumed' ? ['--continue'] : []),
    ...['-p', prompt],
  ],
  call: (step) => {
    if ('read' in step) return { tool: 'read', arguments: { path: step.read } };
    if ('write' in step) return { tool: 'write', arguments: { path: step.write, content: step.content } };
    if ('edit' in step) {
      const edits = [{ oldText: step.from, newText: step.to }];
      return { tool: 'edit', arguments: { path: step.edit, edits } };
    }
    if ('shell' in step) return { tool: 'bash', arguments: { command: step.shell } };
    return lacking('pi', step);
  },
};
