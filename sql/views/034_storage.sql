-- About how much there is, and on how much room, as the page /storage says it.
create or replace view keywheel.report_storage as
select s.what, s.item, s.about as rows, s.bytes
from keywheel.list_storage() s;
