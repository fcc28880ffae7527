/**
 * What tells programs of a proxy. All spellings: curl reads small letters, others capitals, and Node only when it is told to. Loopback
 * is not reached through it.
 */
export function proxyVariables(url: string): Record<string, string> {
  const local = 'localhost,127.0.0.1,::1';
  return {
    ...{ HTTPS_PROXY: url, https_proxy: url, HTTP_PROXY: url, http_proxy: url, ALL_PROXY: url, all_proxy: url },
    ...{ NO_PROXY: local, no_proxy: local },
    NODE_USE_ENV_PROXY: '1',
  };
}
