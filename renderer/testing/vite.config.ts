import { defineConfig, mergeConfig } from 'vite';
import page from '../vite.config.ts';

const ROOT = import.meta.dirname;

/** The scenes, built as the product's page is, under the same policy. */
export default mergeConfig(
  page,
  defineConfig({ root: ROOT, build: { outDir: `${ROOT}/../../.cache/desktop/scenes`, minify: false } }),
);
