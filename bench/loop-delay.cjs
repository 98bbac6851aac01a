// Loaded into the measured n8n with `node --require`, because its event loop cannot be watched from
// outside. SIGUSR2 writes what was seen since the last one and begins anew. Plain CommonJS.
const { writeFileSync } = require('node:fs');
const { monitorEventLoopDelay } = require('node:perf_hooks');

const NANOSECONDS = 1e6;
const folder = process.env.BENCH_LOOP_DELAY_FOLDER;
if (folder) {
	const delay = monitorEventLoopDelay({ resolution: 10 });
	delay.enable();
	let reports = 0;
	process.on('SIGUSR2', () => {
		const ms = (/** @type {number} */ nanoseconds) => nanoseconds / NANOSECONDS;
		reports += 1;
		const report = {
			p50: ms(delay.percentile(50)),
			p99: ms(delay.percentile(99)),
			max: ms(delay.max),
		};
		writeFileSync(`${folder}/${process.pid}-${reports}.json`, JSON.stringify(report));
		delay.reset();
	});
}
