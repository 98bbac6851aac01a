import { createServer, type AddressInfo } from 'node:net';

/** A mail server on loopback that takes every message and delivers none. */
export interface MailServer {
	readonly port: number;
	/** What was sent, headers and body, oldest first. */
	readonly messages: readonly string[];
	close(): Promise<void>;
}

/** As much of SMTP as a client that neither logs in nor encrypts needs. */
export async function startMailServer(): Promise<MailServer> {
	const messages: string[] = [];
	const server = createServer((socket) => {
		let message: string[] | undefined;
		let rest = '';
		const say = (line: string): void => {
			socket.write(`${line}\r\n`);
		};
		const hear = (line: string): void => {
			if (message === undefined) {
				if (/^DATA/i.test(line)) message = [];
				say(message ? '354 go on' : /^QUIT/i.test(line) ? '221 bye' : '250 ok');
			} else if (line === '.') {
				messages.push(message.join('\n'));
				message = undefined;
				say('250 taken');
			} else message.push(line);
		};
		say('220 mail.example.com');
		socket.setEncoding('utf8').on('data', (text: string) => {
			const lines = (rest + text).split('\r\n');
			rest = lines.pop() ?? '';
			lines.forEach(hear);
		});
		socket.on('error', () => socket.destroy());
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		port: (server.address() as AddressInfo).port,
		messages,
		close: async () => {
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
