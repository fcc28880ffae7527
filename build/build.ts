// Everything that is compiled, then the tree as it will be installed. Nothing is done twice.
import { buildBpf } from './bpf.ts';
import { buildNative } from './native.ts';
import { stage } from './stage.ts';
import { runSteps } from './steps.ts';

process.exitCode = await runSteps({ 'kernel programs': buildBpf, addons: buildNative, 'installed tree': stage });
