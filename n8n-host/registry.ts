/** A package registry on loopback with the versions of one package, for n8n's own installer. */
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface Registry {
	/** Speaks plain HTTP; npm is brought to it by the proxy (proxy.ts). */
	readonly origin: string;
	close(): Promise<void>;
}

interface Manifest {
	readonly name: string;
	readonly version: string;
}

/** Serves packed packages of one name, the last one as `latest`. */
export async function startRegistry(tarballs: readonly string[]): Promise<Registry> {
	const versions = tarballs.map((file) => ({
		manifest: manifestOf(file),
		bytes: readFileSync(file),
	}));
	const server = http.createServer(({ url = '', headers: { host = '' } }, response) => {
		const asked = decodeURIComponent(url);
		const tarball = versions.find(({ manifest }) => asked === `/${tarballPath(manifest)}`);
		if (tarball) {
			response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(tarball.bytes);
			return;
		}
		const documents = versions.map(({ manifest, bytes }) => ({
			...manifest,
			dist: {
				tarball: `https://${host}/${tarballPath(manifest)}`,
				integrity: `sha512-${createHash('sha512').update(bytes).digest('base64')}`,
			},
		}));
		const answer = answerTo(asked, documents);
		response
			.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' })
			.end(JSON.stringify(answer ?? { error: 'Not found' }));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

/** What npm asks for: a package with all its versions, or one of them. */
function answerTo(asked: string, documents: readonly Manifest[]): object | undefined {
	const latest = documents.at(-1);
	if (!latest) return undefined;
	const { name, version } = latest;
	if (asked === `/${name}`) {
		return {
			name,
			'dist-tags': { latest: version },
			versions: Object.fromEntries(documents.map((one) => [one.version, one])),
		};
	}
	if (asked === `/${name}/latest`) return latest;
	return documents.find((one) => asked === `/${name}/${one.version}`);
}

const tarballPath = ({ name, version }: Manifest): string => `${name}/-/${name}-${version}.tgz`;

const manifestOf = (tarball: string): Manifest =>
	JSON.parse(
		execFileSync('tar', ['-xzOf', tarball, 'package/package.json'], { encoding: 'utf8' }),
	) as Manifest;

/** The same package under another version, as a file in `folder`. */
export function repack(tarball: string, version: string, folder: string): string {
	const work = mkdtempSync(path.join(tmpdir(), 'repack-'));
	execFileSync('tar', ['-xzf', tarball, '-C', work]);
	const file = path.join(work, 'package', 'package.json');
	const manifest = { ...(JSON.parse(readFileSync(file, 'utf8')) as Manifest), version };
	writeFileSync(file, JSON.stringify(manifest));
	const target = path.join(folder, `${manifest.name}-${version}.tgz`);
	execFileSync('tar', ['-czf', target, '-C', work, 'package']);
	rmSync(work, { recursive: true });
	return target;
}
