import { domainToASCII } from 'node:url';
import { failed, passed } from './checked.ts';
import type { Checked } from './checked.ts';
import { shapeOf } from './shape.ts';

/** RFC 5321 4.5.3.1.1 and erratum 1690 of RFC 3696: octets in the local part and in the address. */
const LONGEST_LOCAL_PART = 64;
const LONGEST_ADDRESS = 254;

/** RFC 5322 dot-atom: no quoting, no leading, trailing or double dot. */
const LOCAL_PART = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
/** RFC 1123 host name of at least two labels; the last one starts with a letter (no bare IP). */
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** ASCII characters that no host name holds. */
const FOREIGN_TO_HOST_NAMES = /[^\P{ASCII}a-z0-9.-]/u;
/** Invisible characters that come along when an address is pasted from a document. */
const INVISIBLE = /[\p{Cf}\p{Cc}]/gu;

/**
 * An IDN becomes its ASCII form. An ASCII domain is left alone: the URL rules behind
 * `domainToASCII` would let "&" pass and turn "1.2" into an IP address.
 */
function asciiDomain(domain: string): string {
	if (/^\p{ASCII}*$/u.test(domain)) return domain;
	return FOREIGN_TO_HOST_NAMES.test(domain) ? '' : domainToASCII(domain);
}

/**
 * Limit `email-invalid`. Takes the address as Salesforce holds it; gives it trimmed and in lower
 * case (Brevo stores it so, and an unchanged address must not cost a task), with an IDN in ASCII.
 */
export function checkEmail(value: unknown): Checked<string> {
	if (typeof value !== 'string') return failed('email-invalid', shapeOf(value));
	const address = value.replace(INVISIBLE, '').trim().toLowerCase();
	const at = address.lastIndexOf('@');
	const local = address.slice(0, Math.max(at, 0));
	const domain = asciiDomain(address.slice(at + 1));
	const whole = `${local}@${domain}`;
	const valid =
		at > 0 &&
		local.length <= LONGEST_LOCAL_PART &&
		whole.length <= LONGEST_ADDRESS &&
		LOCAL_PART.test(local) &&
		DOMAIN.test(domain);
	return valid ? passed(whole) : failed('email-invalid', shapeOf(value));
}
