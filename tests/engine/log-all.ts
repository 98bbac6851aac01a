/** Imported before everything else: n8n-core reads the level while it loads. Nothing is left out then. */
process.env['N8N_LOG_LEVEL'] = 'debug';
process.env['N8N_LOG_OUTPUT'] = 'console';
