import { firstSchema } from './0001-first-schema.ts';
import { bothWays } from './0002-both-ways.ts';
import { imports } from './0003-imports.ts';
import { reconcile } from './0004-reconcile.ts';
import { desk } from './0005-desk.ts';
import type { Migration } from './migration.ts';

/** In order; the position, counted from 1, is the schema version. Never change one that shipped. */
export const MIGRATIONS: readonly Migration[] = [firstSchema, bothWays, imports, reconcile, desk];
