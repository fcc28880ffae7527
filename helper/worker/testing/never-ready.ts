/** A worker that starts and never says that it is confined. */
setInterval(() => undefined, 1000);
