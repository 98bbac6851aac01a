import { setStage, type Stage } from '../../demo/stage.ts';
import { installN8n } from '../../n8n-host/install.ts';
import { freePort } from '../../n8n-host/n8n.ts';
import { N8nProcess } from '../../n8n-host/process.ts';
import { type PrivatePostgres, postgresBinaries, startPostgres } from '../contract/postgres.ts';
import { type PrivateRedis, redisBinary, startRedis } from './redis.ts';

/*
 * n8n in queue mode, as one runs it when a machine is not enough:
 *
 *   main (triggers, editor) --Redis--> workers (executions)
 *   webhook process (Brevo's webhooks)       \-- all: PostgreSQL for n8n, PostgreSQL for the ledger
 */
export interface Cluster {
	/** `kill` and `restart` are those of the main process. */
	readonly stage: Stage;
	readonly postgres: PrivatePostgres;
	readonly redis: PrivateRedis;
	readonly workers: readonly N8nProcess[];
	/** Where Brevo's webhooks go. */
	readonly webhookOrigin: string;
	/** One more. */
	addWorker(): Promise<N8nProcess>;
	killWorker(index: number): Promise<void>;
	close(): Promise<void>;
}

/** What is missing on this machine, in a sentence; undefined when a cluster can be started. */
export function missing(): string | undefined {
	for (const found of [postgresBinaries(), redisBinary()])
		if ('missing' in found) return found.missing;
	return undefined;
}

export async function startCluster(workers: number): Promise<Cluster> {
	const [binaries, redisFile] = [postgresBinaries(), redisBinary()];
	if ('missing' in binaries) throw new Error(binaries.missing);
	if ('missing' in redisFile) throw new Error(redisFile.missing);
	const ends: Array<() => Promise<void>> = [];
	const close = async (): Promise<void> => {
		for (const end of ends.toReversed()) await end();
	};
	try {
		const postgres = await startPostgres(binaries.folder);
		ends.push(postgres.remove);
		const redis = await startRedis(redisFile.file);
		ends.push(redis.remove);
		const webhookPort = await freePort();
		const env = environment(await postgres.createDatabase(), redis.port, {
			CONTACT_SYNC_LEDGER: await postgres.createDatabase(),
			WEBHOOK_URL: `http://127.0.0.1:${webhookPort}/`,
		});
		const stage = await setStage({ env, say: () => undefined });
		ends.push(stage.close);
		const hostDir = await installN8n();
		const { userFolder } = stage;
		const webhook = await N8nProcess.start({
			...{ hostDir, userFolder, env },
			role: 'webhook',
			port: webhookPort,
		});
		ends.push(async () => await webhook.kill());
		const running: N8nProcess[] = [];
		const addWorker = async (): Promise<N8nProcess> => {
			const worker = await N8nProcess.start({ hostDir, userFolder, env, role: 'worker' });
			running.push(worker);
			return worker;
		};
		ends.push(async () => {
			await Promise.all(running.map(async (worker) => await worker.kill()));
		});
		for (let count = 0; count < workers; count += 1) await addWorker();
		return {
			...{ stage, postgres, redis, addWorker, close },
			workers: running,
			webhookOrigin: webhook.origin,
			killWorker: async (index) => {
				await running.splice(index, 1)[0]?.kill();
			},
		};
	} catch (error) {
		await close();
		throw error;
	}
}

/** `database`: connection string of n8n's own. */
function environment(
	database: string,
	redisPort: number,
	more: Readonly<Record<string, string>>,
): Record<string, string> {
	const { hostname, port, username, password, pathname } = new URL(database);
	return {
		EXECUTIONS_MODE: 'queue',
		N8N_ENCRYPTION_KEY: 'one key for all processes of this cluster',
		N8N_DISABLE_PRODUCTION_MAIN_PROCESS: 'true',
		DB_TYPE: 'postgresdb',
		DB_POSTGRESDB_HOST: hostname,
		DB_POSTGRESDB_PORT: port,
		DB_POSTGRESDB_DATABASE: pathname.slice(1),
		DB_POSTGRESDB_USER: username,
		DB_POSTGRESDB_PASSWORD: password,
		QUEUE_BULL_REDIS_HOST: '127.0.0.1',
		QUEUE_BULL_REDIS_PORT: String(redisPort),
		...more,
	};
}
