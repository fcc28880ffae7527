import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const ROOT = import.meta.dirname;

/** The windows' page. Everything is a file of its own, so that the page's policy can refuse whatever stands inline. */
export default defineConfig({
  root: ROOT,
  base: './',
  publicDir: false,
  cacheDir: `${ROOT}/../.cache/vite`,
  plugins: [react()],
  build: {
    outDir: `${ROOT}/../.cache/desktop/renderer`,
    emptyOutDir: true,
    target: 'chrome128',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2000,
  },
});
