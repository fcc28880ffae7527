import { config } from 'zod';

// zod would try whether it may compile checks with `new Function`, which the page's policy refuses and reports.
config({ jitless: true });
