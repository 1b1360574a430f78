/* Sealing anew what another master key has sealed. */
#include "store/sealed.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/master_ring.h"
#include "base/text.h"
#include "store/db.h"

/* Rows of a look: bodies and answers are large. */
static const struct {
	const char *word;
	int most;
	bool stays; /* it is not changed, it goes by itself */
} kinds[] = {
    [SEALED_KEYS] = {"keys", 250, false},
    [SEALED_BODIES] = {"bodies", 16, false},
    [SEALED_ANSWERS] = {"answers", 4, false},
    [SEALED_DRAFTS] = {"drafts", 1, true},
};

struct walk {
	struct db *db;
	const struct master_key *ring;
	struct master_key wanted; /* that one alone */
	bool change;
	enum sealed_kind kind;
	struct sealed_count *count;
	struct json_object *changed; /* [{place, old, new}] */
	char after[64];              /* the last place */
};

const char *
sealed_word(enum sealed_kind kind)
{
	return kinds[kind].word;
}

static void
set_bytes(struct json_object *o, const char *name, const struct buf *bytes)
{
	struct buf hex;
	buf_init(&hex, BUF_LARGE);
	buf_str(&hex, "\\x");
	text_hex(&hex, (const uint8_t *)bytes->data, bytes->len);
	json_set_text(o, name, buf_cstr(&hex));
	buf_clear(&hex);
}

/* Another key of the ring has opened it. */
static void
take_other(
    struct walk *w, const char *place, const struct buf *old, struct buf *plain)
{
	struct buf new;
	w->count[w->kind].other++;
	if (!w->change || kinds[w->kind].stays)
		return;
	buf_init(&new, BUF_LARGE);
	if (crypt_seal(&w->wanted, buf_cstr(plain), plain->len, &new)) {
		struct json_object *o = json_object_new_object();
		json_set_text(o, "place", place);
		set_bytes(o, "old", old);
		set_bytes(o, "new", &new);
		json_object_array_add(w->changed, o);
	}
	buf_clear(&new);
}

static void
take_row(struct walk *w, const PGresult *res, int row)
{
	struct sealed_count *count = &w->count[w->kind];
	const char *place = db_cell(res, row, "place");
	struct buf sealed, plain;
	buf_init(&sealed, BUF_LARGE);
	buf_init(&plain, BUF_LARGE);
	db_cell_bytes(res, row, "sealed", &sealed);
	const uint8_t *bytes = (const uint8_t *)sealed.data;
	if (sealed.data == NULL)
		count->lost++;
	else if (crypt_open(&w->wanted, bytes, sealed.len, &plain))
		count->right++;
	else if (crypt_open(w->ring, bytes, sealed.len, &plain))
		take_other(w, place, &sealed, &plain);
	else
		count->lost++;
	snprintf(w->after, sizeof(w->after), "%s", place);
	if (plain.data != NULL)
		crypt_wipe(plain.data, plain.cap);
	buf_clear(&plain);
	buf_clear(&sealed);
}

/* Copies of the keys of these places, from the first to the last. -1 on
 * failure, else how many somebody holds. */
static int64_t
copy_secrets(struct db *db, int64_t from, int64_t to)
{
	struct db_args a = {0};
	db_arg_int(&a, from);
	db_arg_int(&a, to);
	PGresult *res =
	    db_call(db, "select * from keywheel.copy_secrets($1,$2)", &a);
	int64_t left = res == NULL ? -1 : db_cell_int(res, 0, "left_over");
	PQclear(res);
	return left;
}

/* A key's place is its number. */
static int64_t
number_at(struct json_object *rows, size_t i)
{
	const char *place = json_get_text(json_at(rows, i), "place");
	int64_t n = 0;
	return place != NULL && text_to_int(place, 0, INT64_MAX, &n) ? n : 0;
}

static bool
put_changed(struct walk *w)
{
	size_t n = json_count(w->changed);
	if (n == 0)
		return true;
	struct db_args a = {0};
	struct buf text;
	buf_init(&text, BUF_LARGE);
	json_write(&text, w->changed);
	db_arg_typed(&a, kinds[w->kind].word, DB_TEXT);
	db_arg_typed(&a, buf_cstr(&text), DB_JSONB);
	bool ok = db_do(w->db, "select keywheel.reseal($1,$2)", &a);
	buf_clear(&text);
	return ok &&
	    (w->kind != SEALED_KEYS ||
		copy_secrets(w->db, number_at(w->changed, 0),
		    number_at(w->changed, n - 1)) >= 0);
}

/* The next rows; *n: how many there were. */
static bool
take_some(struct walk *w, int *n)
{
	struct db_args a = {0};
	db_arg_typed(&a, kinds[w->kind].word, DB_TEXT);
	db_arg_typed(&a, w->after, DB_TEXT);
	db_arg_int(&a, kinds[w->kind].most);
	PGresult *res =
	    db_call(w->db, "select * from keywheel.sealed_rows($1,$2,$3)", &a);
	if (res == NULL)
		return false;
	*n = PQntuples(res);
	w->changed = json_object_new_array();
	for (int i = 0; i < *n; i++)
		take_row(w, res, i);
	bool ok = put_changed(w);
	json_object_put(w->changed);
	PQclear(res);
	return ok;
}

bool
sealed_walk(struct db *db, const struct master_key *ring, const char *wanted,
    bool change, struct sealed_count *count)
{
	struct walk w = {
	    .db = db, .ring = ring, .change = change, .count = count};
	const uint8_t *seal = master_ring_find(ring->ring, wanted);
	bool ok = seal != NULL;
	if (ok)
		memcpy(w.wanted.seal, seal, CRYPT_KEY_SIZE);
	for (int kind = 0; ok && kind < SEALED__KINDS; kind++) {
		int n = 1;
		w.kind = (enum sealed_kind)kind;
		*w.after = '\0';
		while (ok && n > 0)
			ok = take_some(&w, &n);
	}
	crypt_wipe(&w.wanted, sizeof(w.wanted));
	return ok;
}

int64_t
sealed_left(const struct sealed_count *count)
{
	int64_t left = 0;
	for (int kind = 0; kind < SEALED__KINDS; kind++)
		left += count[kind].other;
	return left;
}

bool
sealed_choose(struct db *db, const char *id)
{
	struct db_args a = {0};
	db_arg_typed(&a, id, DB_TEXT);
	return db_do(db, "select keywheel.seal_with($1)", &a);
}

int64_t
sealed_copy(struct db *db)
{
	return copy_secrets(db, 0, INT64_MAX);
}
