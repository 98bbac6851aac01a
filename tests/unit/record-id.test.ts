import { eighteen, idSequence } from '../../sandbox/salesforce-org/ids.ts';
import { recordIdFrom } from '../../sync/salesforce/record-id.ts';

test('an id of 15 characters gets the three that tell its capitals, as Salesforce gives them', () => {
	expect(recordIdFrom('003dM00001vWOXJ')).toBe('003dM00001vWOXJQA4');
	expect(recordIdFrom('00130000000ABCD')).toBe('00130000000ABCDAA4');
	const next = idSequence('Lead');
	for (let count = 0; count < 200; count += 1) {
		const id = next();
		expect(recordIdFrom(id.slice(0, 15))).toBe(eighteen(id.slice(0, 15)));
	}
});

test('one of 18 characters stays, spaces around it go, and what is no id is none', () => {
	expect(recordIdFrom(' 003dM00001vWOXJQA4 ')).toBe('003dM00001vWOXJQA4');
	for (const text of ['', '003', '003dM00001vWOXJQ', 'rose@edge.com-----', '003dM00001vWOX-'])
		expect(recordIdFrom(text)).toBeUndefined();
});
