import { faultsIn } from './in-scene.ts';

faultsIn('incremental');
