-- What the account, the cache and the rest take up, the largest first; as the
-- page /storage says it. The rows are about so many.
--
--   psql -f storage.sql

select s.what, s.item, s.rows, pg_size_pretty(s.bytes) as size,
	case when s.rows > 0 then s.bytes / s.rows end as bytes_a_row
from keywheel.report_storage s
order by s.bytes desc, s.what, s.item;
