import { expect, test } from 'vitest';
import { closeModules, dependenciesOf, indexModules, moduleName } from './modules.ts';

const info = (...fields: string[]) => Buffer.from(`ELF\0${fields.join('\0')}\0rest`);
const index = indexModules('kernel/a/top.ko\nkernel/b/low-one.ko\nkernel/c/mid.ko\n', 'kernel/d/base.ko\n');
const content: Record<string, Buffer> = {
  'kernel/a/top.ko': info('depends=mid,base', 'name=top'),
  'kernel/c/mid.ko': info('depends=low_one', 'name=mid'),
  'kernel/b/low-one.ko': info('depends=', 'softdep=pre: absent-alias', 'name=low_one'),
};
const read = (path: string) => Promise.resolve(content[path] ?? Buffer.alloc(0));

test('names are compared as the kernel does', () => {
  expect(['kernel/x/virtio-rng.ko', 'virtio_rng.ko.xz'].map(moduleName)).toEqual(['virtio_rng', 'virtio_rng']);
});

test('hard and soft dependencies are told apart', () => {
  expect(dependenciesOf(info('depends=fuse,virtio-ring', 'softdep=pre: sha256 x'))).toEqual([
    { name: 'fuse', required: true },
    { name: 'virtio_ring', required: true },
    { name: 'sha256', required: false },
    { name: 'x', required: false },
  ]);
});

test('what is needed comes first, built-in and absent soft ones are left out, each once', async () => {
  const names = async (wanted: string[]) => (await closeModules(wanted, index, read)).map(({ name }) => name);
  expect(await names(['top', 'mid', 'base'])).toEqual(['low_one', 'mid', 'top']);
});

test('a module that the kernel does not have is named', async () => {
  await expect(closeModules(['nothing'], index, read)).rejects.toMatchObject({
    code: 'module-missing',
    message: /'nothing'/,
  });
});
