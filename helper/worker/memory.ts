/** Bytes of address space a worker may use beyond what it has when it is confined. The greatest tables need a tenth. */
export const WORKER_MEMORY_BYTES = 512 * 1024 * 1024;

/** Mebibytes of the JavaScript heap: an overrun ends the worker with a message instead of a failed allocation. */
export const WORKER_HEAP_MIB = 256;
