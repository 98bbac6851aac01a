import { mulberry32 } from '../../sandbox/faults.ts';
import { playScene } from '../crash/scenes.ts';

test('n8n is killed three times in an import: nothing is lost, charged beyond the quota or told twice', async () => {
	const { broken, kills } = await playScene('import', 3, mulberry32(7));
	expect(broken).toEqual([]);
	expect(kills).toHaveLength(3);
});
