-- What the operator should look at, the newest first if you ask for it.
-- ended_at: null while it lasts.
create or replace view keywheel.report_alarms as
select a.alarm_id, a.kind, a.subject, a.text, a.since, a.last_at, a.times,
	a.ended_at
from keywheel.alarms a;
