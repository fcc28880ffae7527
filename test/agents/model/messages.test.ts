import { describe, expect, it } from 'vitest';
import { MESSAGES } from './messages.ts';
import { AT, CALLING, dataOf, SAYING } from './testing/turns.ts';

const read = (request: object) => MESSAGES.read({ model: 'm', max_tokens: 1, ...request }, AT);
const ASKED = { model: 'm', last: { from: 'user', text: '' }, tools: [] } as const;

describe('Anthropic Messages', () => {
  it('is asked by its path', () => {
    expect(MESSAGES.serves('/v1/messages')).toBe(true);
    expect(MESSAGES.serves('/v1/messages/count_tokens')).toBe(false);
  });

  it('reads what the user says, and the tools', () => {
    const tools = [{ name: 'Read', input_schema: {} }, { type: 'web_search_20250305' }];
    const asked = read({ stream: true, tools, messages: [{ role: 'user', content: 'go' }] });
    expect(asked).toEqual({ model: 'm', stream: true, last: { from: 'user', text: 'go' }, tools: ['Read'] });
  });

  it('reads results without the words that the agent adds to them', () => {
    const result = (content: unknown) => ({ type: 'tool_result', tool_use_id: 'x', content });
    const reminder = { type: 'text', text: '<system-reminder>' };
    const content = [result('one'), result([{ type: 'text', text: 'two' }]), reminder];
    const instructions = { role: 'system', content: 'be short' };
    const { last } = read({ messages: [{ role: 'user', content }, instructions] });
    expect(last).toEqual({ from: 'tool', text: 'one\ntwo' });
  });

  it('refuses what is no request', () => {
    expect(() => read({ messages: [] })).toThrow();
  });

  it('streams each block between its beginning and its end', () => {
    const { contentType, chunks } = MESSAGES.reply(CALLING, { ...ASKED, stream: true }, 7);
    expect(contentType).toBe('text/event-stream');
    const events = dataOf(chunks);
    expect(events.map(({ type, index }) => `${type} ${index ?? ''}`.trim())).toEqual([
      'message_start',
      ...['content_block_start 0', 'content_block_delta 0', 'content_block_stop 0'],
      ...['content_block_start 1', 'content_block_delta 1', 'content_block_stop 1'],
      'message_delta',
      'message_stop',
    ]);
    expect(events[0]?.message).toMatchObject({ role: 'assistant', model: 'm', content: [], stop_reason: null });
    expect(events[2]?.delta).toEqual({ type: 'text_delta', text: 'Reading.' });
    expect(events[4]?.content_block).toEqual({ type: 'tool_use', id: 'toolu_7_0', name: 'read', input: {} });
    expect(events[5]?.delta).toEqual({ type: 'input_json_delta', partial_json: '{"path":"/key"}' });
    expect(events[7]?.delta).toEqual({ stop_reason: 'tool_use', stop_sequence: null });
  });

  it('answers whole', () => {
    const { chunks } = MESSAGES.reply(SAYING, { ...ASKED, stream: false }, 1);
    const content = [{ type: 'text', text: 'Done.' }];
    expect(JSON.parse(chunks.join(''))).toMatchObject({ type: 'message', content, stop_reason: 'end_turn' });
  });
});
