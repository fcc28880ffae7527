export async function attackers(_setup: object): Promise<void> {}
