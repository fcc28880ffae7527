import { describe, expect, it } from 'vitest';
import { RESPONSES } from './responses.ts';
import { AT, CALLING, dataOf, SAYING } from './testing/turns.ts';

const read = (request: object) => RESPONSES.read({ model: 'm', ...request }, AT);
const ASKED = { model: 'm', last: { from: 'user', text: '' }, tools: [] } as const;
const words = (text: string) => ({ type: 'message', role: 'user', content: [{ type: 'input_text', text }] });

describe('OpenAI Responses', () => {
  it('is asked by its path', () => {
    expect(RESPONSES.serves('/v1/responses')).toBe(true);
    expect(RESPONSES.serves('/v1/responses/resp_1')).toBe(false);
  });

  it('reads what the user says in every form, and the tools', () => {
    const tools = [{ type: 'function', name: 'exec_command' }, { type: 'web_search' }];
    const asked = read({ stream: true, tools, input: [words('before'), words('go')] });
    expect(asked).toEqual({
      ...{ model: 'm', stream: true },
      ...{ last: { from: 'user', text: 'before\ngo' }, tools: ['exec_command', 'web_search'] },
    });
    expect(read({ input: 'go' }).last.text).toBe('go');
    expect(read({ input: [{ role: 'user', content: 'go' }] }).last.text).toBe('go');
  });

  it('reads the results of all tools that were called last', () => {
    const parts = [{ type: 'input_text', text: 'two' }];
    const input = [
      words('go'),
      { type: 'function_call', call_id: 'a', name: 'x', arguments: '{}' },
      { type: 'function_call_output', call_id: 'a', output: 'one' },
      { type: 'custom_tool_call_output', call_id: 'b', output: parts },
    ];
    expect(read({ input }).last).toEqual({ from: 'tool', text: 'one\ntwo' });
  });

  it('refuses what is no request', () => {
    expect(() => read({ messages: [] })).toThrow();
  });

  it('streams numbered events, and each item from its beginning to its end', () => {
    const events = dataOf(RESPONSES.reply(CALLING, { ...ASKED, stream: true }, 7).chunks);
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
    expect(events.map(({ type }) => type.replace('response.', ''))).toEqual([
      ...['created', 'in_progress', 'output_item.added', 'content_part.added', 'output_text.delta'],
      ...['output_text.done', 'content_part.done', 'output_item.done', 'output_item.added'],
      ...['function_call_arguments.delta', 'function_call_arguments.done', 'output_item.done', 'completed'],
    ]);
    expect(events[4]).toMatchObject({ item_id: 'msg_7', output_index: 0, content_index: 0, delta: 'Reading.' });
    const call = {
      type: 'function_call',
      id: 'fc_7_0',
      call_id: 'call_7_0',
      name: 'read',
      arguments: '{"path":"/key"}',
    };
    expect(events[11]).toMatchObject({ output_index: 1, item: { ...call, status: 'completed' } });
    expect(events[12]?.response).toMatchObject({ id: 'resp_7', status: 'completed', usage: { total_tokens: 2 } });
    expect(events[12]?.response.output).toHaveLength(2);
  });

  it('names the namespace of a tool that is offered with others', () => {
    const call = [{ tool: 'lookup', namespace: 'mcp__stock', arguments: {} }];
    const events = dataOf(RESPONSES.reply({ call }, { ...ASKED, stream: true }, 1).chunks);
    expect(events.at(-2)?.item).toMatchObject({ name: 'lookup', namespace: 'mcp__stock' });
  });

  it('answers whole', () => {
    const { chunks } = RESPONSES.reply(SAYING, { ...ASKED, stream: false }, 1);
    const content = [{ type: 'output_text', text: 'Done.', annotations: [] }];
    expect(JSON.parse(chunks.join(''))).toMatchObject({ object: 'response', output: [{ type: 'message', content }] });
  });
});
