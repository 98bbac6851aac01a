import { createHash } from 'node:crypto';
import { moment } from '../desk/words.ts';
import { burnDownPanel } from './burn-down.ts';
import { callsPanel } from './calls.ts';
import { delaysPanel } from './delays.ts';
import type { DashboardData } from './gather.ts';
import { glance, verdict } from './glance.ts';
import { Html, html } from './html.ts';
import { integrationsPanel } from './integrations.ts';
import { outcomesPanel } from './outcomes.ts';
import { reasonsPanel } from './reasons.ts';
import { STYLE } from './style.ts';

/**
 * What the page may do: show itself in its own style sheet. No script, no image, no request. The same
 * belongs into the header of the answer, where it can also forbid frames.
 */
export const CONTENT_SECURITY_POLICY = [
	"default-src 'none'",
	`style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
	"base-uri 'none'",
	"form-action 'none'",
].join('; ');

/** Exactly what the hash was taken of: nothing may stand around it. */
const STYLE_ELEMENT = new Html(`<style>${STYLE}</style>`);

/**
 * The dashboard as one HTML page that needs nothing else. `linkTo` gives the address of a workflow in
 * n8n. What comes from data is escaped (html.ts).
 */
export function dashboardPage(
	data: DashboardData,
	linkTo: (workflow: string) => string | undefined = () => undefined,
): string {
	const { now, zone, integrations, accounts, days, reasons, calls } = data;
	const page = html`<!doctype html>
		<html lang="en">
			<head>
				<meta charset="utf-8" />
				<meta http-equiv="Content-Security-Policy" content="${CONTENT_SECURITY_POLICY}" />
				<meta name="viewport" content="width=device-width, initial-scale=1" />
				<meta name="color-scheme" content="light dark" />
				<meta name="referrer" content="no-referrer" />
				<meta name="robots" content="noindex" />
				<title>Contact Sync</title>
				${STYLE_ELEMENT}
			</head>
			<body>
				<header class="top">
					<h1>Contact Sync</h1>
					<span class="muted">${moment(zone, now)} (${zone})</span>
				</header>
				<main>
					${verdict(data)} ${glance(data)} ${integrationsPanel(integrations, now, linkTo)}
					<div class="charts">
						${accounts.map((account, index) => burnDownPanel(account, index, now, zone))}
						${outcomesPanel(days)} ${delaysPanel(data)} ${reasonsPanel(reasons)}
						${callsPanel(calls)}
					</div>
				</main>
				<footer>
					Counts, reasons and names of integrations from the ledger; nothing of a contact. Days are
					those of UTC.
				</footer>
			</body>
		</html>`;
	return page.text;
}
