-- Deadlines that follow what was measured, in milliseconds. A null is where
-- the setting holds.
create or replace view keywheel.report_deadlines as
select d.model,
	(array['up to 1k', 'up to 8k', 'up to 32k', 'up to 128k',
		'over 128k'])[d.size_class + 1] as prompt_tokens,
	d.streamed, d.first_byte_ms, d.idle_ms, d.samples, d.p50, d.p99,
	d.gap_p99, d.computed_at
from keywheel.model_deadlines d;
