/* Filters of keys. */
#include "admin/key_filter.h"

#include <string.h>

#include "admin/visit.h"
#include "base/crypt.h"
#include "base/json.h"
#include "base/text.h"
#include "pool/key_text.h"
#include "web/query.h"

/* Longer than a project's id: 30 at most, or those of models. */
#define WHOLE_KEY_MIN 31
#define TEXT_MAX 300
#define FAULTS_MAX 1000000

static const char *const states[] = {
    "active", "ready", "resting", "disabled", "removed", NULL};
static const char *const pools[] = {"gemini", "paid", "vertex", NULL};
static const char *const model_is[] = {"serves", "rests", NULL};

enum kind { TEXT, WORD, NUMBER, HASH };

static const struct field {
	const char *name;
	enum kind kind;
	const char *const *words; /* WORD: the legal ones */
	int64_t low, high;        /* NUMBER */
	const char *why;
} fields[] = {
    {"q", TEXT, NULL, 0, 0, N_("This is no text of at most 300 bytes.")},
    {"hash", HASH, NULL, 0, 0, N_("This is no hash of a key.")},
    {"state", WORD, states, 0, 0, N_("There is no such state.")},
    {"pool", WORD, pools, 0, 0, N_("There is no such pool.")},
    {"project", TEXT, NULL, 0, 0, N_("This is no text of at most 300 bytes.")},
    {"faults", NUMBER, NULL, 0, FAULTS_MAX,
	N_("Give a whole number from 0 to 1,000,000.")},
    {"code", NUMBER, NULL, 100, 599,
	N_("Give a status of HTTP, from 100 to 599.")},
    {"model", TEXT, NULL, 0, 0, N_("This is no text of at most 300 bytes.")},
    {"model_is", WORD, model_is, 0, 0, N_("Choose one of the list.")},
};

bool
key_filter_is_key(const char *text)
{
	size_t len = strlen(text);
	size_t least = text_starts(text, "AIza") ? KEY_TEXT_MIN : WHOLE_KEY_MIN;
	for (size_t i = 0; i < len; i++)
		if (text[i] <= ' ' || text[i] > '~')
			return false;
	return len >= least && len <= KEY_TEXT_MAX;
}

static bool
is_word(const char *const *words, const char *value)
{
	while (*words != NULL && strcmp(*words, value) != 0)
		words++;
	return *words != NULL;
}

/* Set a member of the filter; false if it is no legal value. */
static bool
put(struct json_object *filter, const struct field *f, const char *name,
    const struct buf *value)
{
	const char *text = buf_cstr(value);
	uint8_t hash[CRYPT_HASH_SIZE];
	int64_t number;
	if (!buf_ok(value) || strlen(text) != value->len ||
	    value->len > TEXT_MAX || !text_is_utf8(text, value->len))
		return false;
	if (f->kind == NUMBER) {
		if (!text_to_int(text, f->low, f->high, &number))
			return false;
		json_set_int(filter, name, number);
		return true;
	}
	if (f->kind == WORD && !is_word(f->words, text))
		return false;
	if (strcmp(name, "hash") == 0 &&
	    text_unhex(text, hash, sizeof(hash)) != sizeof(hash))
		return false;
	json_set_text(filter, name, text);
	return true;
}

/* Blanks around it are of no meaning, and come with what is pasted. */
static void
trim(struct buf *value)
{
	static const char blanks[] = " \t\r\n";
	const char *text = buf_cstr(value);
	size_t skip = strspn(text, blanks);
	size_t len = value->len - skip;
	while (len > 0 && strchr(blanks, text[skip + len - 1]) != NULL)
		len--;
	buf_keep(value, skip, len);
}

static void
hash_key(const struct master_key *master, struct buf *value)
{
	uint8_t hash[CRYPT_HASH_SIZE];
	crypt_hash(master, buf_cstr(value), value->len, hash);
	buf_reset(value);
	text_hex(value, hash, sizeof(hash));
}

/* The value of a field, and its name in the filter, which is another one for a
 * whole key. NULL: it says nothing. */
static const char *
read_value(const char *query, const struct master_key *master,
    const struct field *f, struct buf *value)
{
	buf_reset(value);
	if (!query_get(query, f->name, value))
		return NULL;
	if (buf_ok(value))
		trim(value);
	if (buf_ok(value) && value->len == 0)
		return NULL;
	if (strcmp(f->name, "q") != 0 || !key_filter_is_key(buf_cstr(value)))
		return f->name;
	hash_key(master, value);
	return "hash";
}

/* What cannot be decoded may have said anything. */
static bool
is_encoded(const char *query)
{
	struct buf plain;
	buf_init(&plain, BUF_LARGE);
	bool ok = text_unescape_url(&plain, query, strlen(query), true);
	buf_clear(&plain);
	return ok;
}

struct json_object *
key_filter_read(const char *query, const struct master_key *master,
    struct json_object *errors)
{
	struct json_object *filter = json_object_new_object();
	struct buf value;
	bool ok = is_encoded(query);
	buf_init(&value, BUF_SMALL);
	if (!ok && errors != NULL)
		json_set_text(errors, fields[0].name, fields[0].why);
	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		const struct field *f = &fields[i];
		const char *name = read_value(query, master, f, &value);
		if (name == NULL || put(filter, f, name, &value))
			continue;
		ok = false;
		if (errors != NULL)
			json_set_text(errors, f->name, f->why);
	}
	buf_clear(&value);
	if (ok)
		return filter;
	json_object_put(filter);
	return NULL;
}

void
key_filter_write(
    const char *query, const struct master_key *master, struct buf *out)
{
	struct buf value;
	buf_init(&value, BUF_SMALL);
	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		const char *name =
		    read_value(query, master, &fields[i], &value);
		if (name != NULL)
			query_add(out, name, buf_cstr(&value));
	}
	buf_clear(&value);
}
