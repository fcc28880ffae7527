/** What each call of a window does: ask the helper, or move a window. */
import type { HelperClient } from '../../client/index.ts';
import type { DesktopError, DesktopState, Screen } from '../../core/protocol/desktop.ts';
import type { MethodName, ParamsInput } from '../../core/protocol/methods.ts';
import { failure, type Result, success } from '../../core/result.ts';
import { answerCall, shownCall } from './answer.ts';
import { askHelper } from './ask-helper.ts';
import type { CallHandlers } from './bridge.ts';
import type { Consent } from './consent.ts';
import { writeManifest } from './write-manifest.ts';

export interface CallParts {
  readonly state: () => DesktopState;
  readonly client: () => HelperClient | null;
  readonly consent: Consent;
  readonly prompt: {
    readonly isVisible: boolean;
    open(): void;
    comeUp(): void;
    leave(): void;
    name(title: string): void;
  };
  readonly openMain: (screen: Screen) => void;
  /** A window has read a page of the history. */
  readonly historyWanted: (client: HelperClient) => void;
  readonly now: () => number;
}

export function callHandlers(parts: CallParts): CallHandlers {
  const ask = <M extends MethodName>(method: M, params: ParamsInput<M>) => askHelper(parts.client(), method, params);
  return {
    state: async () => success(parts.state()),
    answer: (params, caller) => answerCall(parts, params, caller),
    'prompt.shown': async (params, caller) => shownCall(parts, params, caller),
    'prompt.open': async (_params, { window }) => {
      // the keyboard goes to the prompt only from a window that has it
      if (window.isFocused()) parts.prompt.open();
      else parts.prompt.comeUp();
      return success({});
    },
    'prompt.leave': async () => {
      parts.prompt.leave();
      return success({});
    },
    'grant.revoke': ({ grant }) => ask('approvals.revoke', { grant }),
    'everyone.accept': (params) => told(ask('everyone.accept', params)),
    'everyone.revoke': (params) => told(ask('everyone.revoke', params)),
    'everyone.enforce': () => told(ask('everyone.setStage', { stage: 'enforcing' })),
    'everyone.dismiss': (params) => ask('everyone.dismiss', params),
    'audit.page': async (params) => {
      const client = parts.client();
      const page = await askHelper(client, 'audit.query', params);
      if (page.ok && client) parts.historyWanted(client);
      return page;
    },
    'audit.verify': () => ask('audit.verify', {}),
    'manifest.get': ({ session }) => ask('manifest.get', { session }),
    'manifest.sign': async (params) => {
      const signed = await ask('manifest.sign', params);
      if (!signed.ok) return signed;
      const { manifest, path } = signed.value;
      const written = await writeManifest(path, manifest);
      if (written.ok) return success({ path });
      const message = `the manifest was signed but not written: ${written.error}`;
      return failure({ code: 'not-written', message, remedy: `Check ${path} and who may change it.` });
    },
    doctor: () => ask('doctor', {}),
    open: async ({ screen }) => {
      parts.openMain(screen);
      return success({});
    },
  };
}

/** What came of it, every window is told as a change of the state. */
async function told(
  asked: Promise<Result<unknown, DesktopError>>,
): Promise<Result<Record<string, never>, DesktopError>> {
  const answer = await asked;
  return answer.ok ? success({}) : answer;
}
