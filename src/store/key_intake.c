/* Many keys at once. */
#include "store/key_intake.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "store/db.h"

/* Of one call: far less than what the database has time for. Few calls put the
 * keys into the rotation, where many spread better. */
#define BATCH 5000
#define ENTER_BATCH 25000

void
key_intake_init(struct key_intake *in, const struct master_key *master)
{
	*in = (struct key_intake){.master = master};
}

void
key_intake_clear(struct key_intake *in)
{
	for (size_t i = 0; i < in->n; i++)
		json_object_put(in->keys[i].row);
	free(in->keys);
	*in = (struct key_intake){.master = in->master};
}

static void
make_room(struct key_intake *in)
{
	if (in->n < in->room)
		return;
	in->room = in->room == 0 ? 64 : in->room * 2;
	in->keys = reallocarray(in->keys, in->room, sizeof(*in->keys));
	if (in->keys == NULL)
		abort();
}

/* As bytea reads it. */
static void
set_bytes(
    struct json_object *row, const char *name, const void *bytes, size_t len)
{
	struct buf hex;
	buf_init(&hex, BUF_SMALL);
	buf_str(&hex, "\\x");
	text_hex(&hex, bytes, len);
	json_set_text(row, name, buf_cstr(&hex));
	buf_clear(&hex);
}

bool
key_intake_is_full(const struct key_intake *in)
{
	return in->n >= KEY_INTAKE_MAX;
}

bool
key_intake_take(
    struct key_intake *in, const char *secret, struct json_object *attributes)
{
	size_t len = strlen(secret);
	struct buf sealed, hint;
	if (key_intake_is_full(in))
		return false;
	make_room(in);
	buf_init(&sealed, BUF_SMALL);
	buf_init(&hint, BUF_SMALL);
	text_mask(&hint, secret);
	bool ok = crypt_seal(in->master, secret, len, &sealed);
	if (ok) {
		struct key_new *k = &in->keys[in->n];
		*k = (struct key_new){.row = json_object_new_object()};
		crypt_hash(in->master, secret, len, k->hash);
		json_set_int(k->row, "place", (int64_t)in->n++);
		set_bytes(k->row, "hash", k->hash, sizeof(k->hash));
		set_bytes(k->row, "secret", sealed.data, sealed.len);
		json_set_text(k->row, "hint", buf_cstr(&hint));
		json_object_object_foreach(attributes, name, value)
		{
			json_share(k->row, name, value);
		}
	}
	buf_clear(&sealed);
	buf_clear(&hint);
	return ok;
}

/* --- those that are there twice ------------------------------------------ */

static int
by_hash(const void *a, const void *b)
{
	const struct key_new *x = *(const struct key_new *const *)a;
	const struct key_new *y = *(const struct key_new *const *)b;
	int order = memcmp(x->hash, y->hash, sizeof(x->hash));
	return order != 0 ? order : x < y ? -1 : x > y;
}

static void
find_twice(struct key_intake *in)
{
	struct key_new **sorted = calloc(in->n + 1, sizeof(struct key_new *));
	if (sorted == NULL)
		abort();
	for (size_t i = 0; i < in->n; i++)
		sorted[i] = &in->keys[i];
	qsort(sorted, in->n, sizeof(struct key_new *), by_hash);
	for (size_t i = 1, first = 0; i < in->n; i++) {
		if (memcmp(sorted[i]->hash, sorted[first]->hash,
			CRYPT_HASH_SIZE) != 0)
			first = i;
		else {
			sorted[i]->taken = KEY_TWICE;
			sorted[i]->first = (size_t)(sorted[first] - in->keys);
		}
	}
	free(sorted);
}

/* What became of the first is the other's id too. */
static void
copy_ids(struct key_intake *in)
{
	for (size_t i = 0; i < in->n; i++)
		if (in->keys[i].taken == KEY_TWICE)
			in->keys[i].key_id = in->keys[in->keys[i].first].key_id;
}

/* --- the calls ----------------------------------------------------------- */

static void
read_result(struct key_intake *in, const PGresult *res)
{
	for (int r = 0; r < PQntuples(res); r++) {
		int64_t place = db_cell_int(res, r, "place");
		const char *word = db_cell(res, r, "result");
		if (place < 0 || place >= (int64_t)in->n)
			continue;
		struct key_new *k = &in->keys[place];
		k->key_id = db_cell_int(res, r, "key_id");
		k->taken = text_same(word, "added") ? KEY_ADDED
		    : text_same(word, "restored")   ? KEY_RESTORED
						    : KEY_KNOWN;
	}
}

/* The next ones from *next on, which is moved. */
static bool
send_batch(struct key_intake *in, struct db *db, const char *origin, bool dry,
    size_t *next)
{
	struct json_object *batch = json_object_new_array();
	struct buf text;
	struct db_args a = {0};
	for (; *next < in->n && json_count(batch) < BATCH; (*next)++)
		if (in->keys[*next].taken != KEY_TWICE)
			json_object_array_add(
			    batch, json_object_get(in->keys[*next].row));
	buf_init(&text, BUF_LARGE);
	json_write(&text, batch);
	db_arg_typed(&a, buf_cstr(&text), DB_JSONB);
	db_arg_typed(&a, origin, DB_TEXT);
	db_arg_bool(&a, dry);
	PGresult *res =
	    db_call(db, "select * from keywheel.add_keys($1,$2,$3)", &a);
	if (res != NULL)
		read_result(in, res);
	PQclear(res);
	buf_clear(&text);
	json_object_put(batch);
	return res != NULL;
}

/* The same, for those that are in the database now, into the rotation. */
static bool
enter_batch(struct key_intake *in, struct db *db, size_t *next)
{
	struct buf ids;
	struct db_args a = {0};
	buf_init(&ids, BUF_LARGE);
	for (size_t n = 0; *next < in->n && n < ENTER_BATCH; (*next)++) {
		const struct key_new *k = &in->keys[*next];
		if (k->taken == KEY_ADDED || k->taken == KEY_RESTORED)
			buf_fmt(&ids, "%c%lld", n++ == 0 ? '{' : ',',
			    (long long)k->key_id);
	}
	bool ok = ids.len == 0;
	if (!ok) {
		buf_byte(&ids, '}');
		db_arg_typed(&a, buf_cstr(&ids), DB_INT8_ARRAY);
		ok = db_do(db, "select keywheel.enter_keys($1)", &a);
	}
	buf_clear(&ids);
	return ok;
}

bool
key_intake_send(
    struct key_intake *in, struct db *db, const char *origin, bool dry)
{
	bool ok = true;
	find_twice(in);
	for (size_t next = 0; ok && next < in->n;)
		ok = send_batch(in, db, origin, dry, &next);
	for (size_t next = 0; ok && !dry && next < in->n;)
		ok = enter_batch(in, db, &next);
	copy_ids(in);
	return ok;
}

size_t
key_intake_count(const struct key_intake *in, enum key_taken taken)
{
	size_t count = 0;
	for (size_t i = 0; i < in->n; i++)
		count += in->keys[i].taken == taken;
	return count;
}
