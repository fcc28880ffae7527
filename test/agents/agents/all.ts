import type { Agent } from '../agent.ts';
import { CLAUDE } from './claude.ts';
import { CODEX } from './codex.ts';
import { GEMINI_CLI } from './gemini.ts';
import { OPENCLAW } from './openclaw.ts';
import { OPENCODE } from './opencode.ts';
import { PI } from './pi.ts';
import { QWEN_CODE } from './qwen.ts';

export const AGENTS: readonly Agent[] = [PI, CLAUDE, CODEX, GEMINI_CLI, OPENCODE, OPENCLAW];
/** Without `--agent`. Emulated, a start of OpenClaw takes a quarter of an hour, and its own limits end some. */
export const USUAL: readonly Agent[] = AGENTS.filter((agent) => agent !== OPENCLAW);
/** One that no starter is shipped for. */
export const UNKNOWN: Agent = QWEN_CODE;
export const EVERY_AGENT: readonly Agent[] = [...AGENTS, UNKNOWN];
