-- The built-in image host: pieces, names, room, and the end of pictures.

create function pg_temp.open(p_name text, p_size bigint default 6,
	p_max bigint default 20, p_hours integer default 1)
returns bigint
language sql
as $$
	select keywheel.open_picture(sha256(convert_to(p_name, 'UTF8')),
		'image/png', p_size, p_hours, p_max);
$$;
-- A whole picture of that many bytes, in two pieces.
create function pg_temp.put(p_name text, p_size integer default 6,
	p_max bigint default 20, p_hours integer default 1)
returns boolean
language plpgsql
as $$
declare
	v_id bigint := pg_temp.open(p_name, p_size, p_max, p_hours);
begin
	return keywheel.put_picture_piece(v_id, 0, '\x0102', false)
		and keywheel.put_picture_piece(v_id, 1,
			convert_to(repeat('x', p_size - 2), 'UTF8'), true);
end $$;
create function pg_temp.got(p_name text)
returns text
language sql
as $$
	select type || ' ' || size from
		keywheel.get_picture(sha256(convert_to(p_name, 'UTF8')));
$$;
create function pg_temp.names(p_names text[])
returns text
language sql
as $$
	select string_agg(n, ' ' order by n) from unnest(p_names) n
	where pg_temp.got(n) is not null;
$$;
create function pg_temp.pieces()
returns bigint
language sql
as $$ select count(*) from keywheel.picture_pieces $$;

-- Pieces.
select pg_temp.open('half') \g /dev/null
select test.is(pg_temp.open('half'), pg_temp.open('half'),
	'asked again, the same place');
select test.ok(pg_temp.got('half') is null, 'nobody sees a picture in pieces');
select test.ok(keywheel.put_picture_piece(pg_temp.open('half'), 0, '\x01',
	false), 'a first piece');
select test.ok(not keywheel.put_picture_piece(pg_temp.open('half'), 1, '\x02',
	true), 'less than was promised is no picture');
select test.ok(pg_temp.got('half') is null, 'and not seen');
select test.ok(not keywheel.put_picture_piece(-1, 0, '\x01', false),
	'no piece of nothing');
select test.ok(pg_temp.put('a'), 'a whole one');
select test.is(pg_temp.got('a'), 'image/png 6', 'is there');
select test.ok(pg_temp.put('a'), 'put again, as after a lost connection');
select test.is(pg_temp.got('A'), null::text, 'another name is another picture');
select test.is(string_agg(keywheel.get_picture_piece(id, n), ''::bytea
	order by n), '\x010278787878'::bytea, 'its pieces')
from keywheel.pictures, generate_series(0, 2) n
where name_hash = sha256('a');
select test.is(seconds_left, 3600::bigint, 'its time')
from keywheel.get_picture(sha256('a'));

-- Room: 20 bytes, of which the half one has 6 that are not given up.
select test.ok(pg_temp.put('b'), 'a second whole one');
select test.is(pg_temp.names('{a,b}'), 'a b', 'both are there');
select test.ok(pg_temp.put('c'), 'a third one');
select test.is(pg_temp.names('{a,b,c}'), 'b c', 'the oldest made room');
select test.is(pg_temp.pieces(), 6::bigint, 'its pieces have gone too');
select test.ok(pg_temp.put('d', 14), 'a larger one');
select test.is(pg_temp.names('{a,b,c,d}'), 'd', 'more than one made room');
select test.ok(pg_temp.open('e', 15) is null, 'no room beside the half one');
select test.ok(pg_temp.open('e', 21) is null, 'no room at all');
select test.ok(pg_temp.open('e', 1, 0) is null, 'no room where none is given');

-- The end: by time, never completed, beyond a lower ceiling.
delete from keywheel.pictures;
select pg_temp.open('half') \g /dev/null
select pg_temp.put(n, 6, 100) from unnest('{a,b,c}'::text[]) n \g /dev/null
select test.is(keywheel.trim_pictures(100, 10), 0::bigint, 'nothing is over');
update keywheel.pictures set expires_at = now()
where name_hash = sha256('b');
select test.is(pg_temp.names('{a,b,c}'), 'a c', 'over is not seen');
select test.is(keywheel.trim_pictures(100, 10), 1::bigint, 'and forgotten');
update keywheel.pictures set created_at = now() - interval '61 minutes';
select test.is(keywheel.trim_pictures(100, 10), 1::bigint,
	'what was never completed is forgotten');
select test.is(pg_temp.names('{a,b,c}'), 'a c', 'the others stay');
select test.is(keywheel.trim_pictures(6, 10), 1::bigint, 'a lower ceiling');
select test.is(pg_temp.names('{a,b,c}'), 'c', 'takes the oldest');
select test.ok(pg_temp.put('d', 6, 100), 'another one');
select test.is(keywheel.trim_pictures(0, 1), 1::bigint, 'not more than asked');
select test.is(keywheel.trim_pictures(0, 1), 1::bigint, 'and the rest');
select test.is(pg_temp.pieces(), 0::bigint, 'nothing is left');
