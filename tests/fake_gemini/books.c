/* Counters by key, model and method. */
#include "books.h"

#include <json-c/linkhash.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

/* A handful of names with a number each. */
struct tally_row {
	char *name;
	long long n;
};

struct tally {
	struct tally_row *rows;
	size_t count;
};

struct books_key {
	long long total;
	long long ok;
	long long failed;
	long long aborted;
	struct tally models;
	struct tally methods;
};

struct books {
	struct lh_table *keys;
	unsigned epoch;
	uint64_t number; /* of the last request */
	long long total;
	long long open;
	long long most_open;
	long long ok;
	long long failed;
	long long aborted;
	struct tokens tokens;
};

static void
books_tally(struct tally *t, const char *name)
{
	for (size_t i = 0; i < t->count; i++) {
		if (strcmp(t->rows[i].name, name) == 0) {
			t->rows[i].n++;
			return;
		}
	}
	t->rows = mem_grow(t->rows, (t->count + 1) * sizeof(*t->rows));
	t->rows[t->count].name = mem_copy(name, strlen(name));
	t->rows[t->count++].n = 1;
}

static void
books_tally_clear(struct tally *t)
{
	for (size_t i = 0; i < t->count; i++)
		free(t->rows[i].name);
	free(t->rows);
}

static void
books_entry_free(struct lh_entry *entry)
{
	struct books_key *key =
	    (struct books_key *)(uintptr_t)lh_entry_v(entry);

	books_tally_clear(&key->models);
	books_tally_clear(&key->methods);
	free(key);
	free(lh_entry_k(entry));
}

static struct lh_table *
books_table(void)
{
	struct lh_table *table = lh_kchar_table_new(256, books_entry_free);

	if (table == NULL)
		abort();
	return table;
}

struct books *
books_new(void)
{
	struct books *b = mem_alloc(sizeof(*b));

	b->keys = books_table();
	return b;
}

void
books_free(struct books *b)
{
	if (b == NULL)
		return;
	lh_table_free(b->keys);
	free(b);
}

void
books_reset(struct books *b)
{
	unsigned epoch = b->epoch + 1;

	lh_table_free(b->keys);
	*b = (struct books){.keys = books_table(), .epoch = epoch};
}

void
books_begin(struct books *b, const char *name, const char *model,
    const char *method, struct ticket *ticket)
{
	struct books_key *key;
	void *found;

	if (lh_table_lookup_ex(b->keys, name, &found)) {
		key = found;
	} else {
		key = mem_alloc(sizeof(*key));
		if (lh_table_insert(
			b->keys, mem_copy(name, strlen(name)), key) != 0)
			abort();
	}
	key->total++;
	if (*model != '\0')
		books_tally(&key->models, model);
	books_tally(&key->methods, method);
	b->total++;
	if (++b->open > b->most_open)
		b->most_open = b->open;
	*ticket = (struct ticket){.counted = true,
	    .epoch = b->epoch,
	    .number = ++b->number,
	    .key = key};
}

void
books_end(struct books *b, const struct reply *reply, enum reply_how how)
{
	const struct ticket *ticket = &reply->ticket;

	if (!ticket->counted || ticket->epoch != b->epoch)
		return;
	b->open--;
	if (how == REPLY_ABORTED) {
		b->aborted++;
		ticket->key->aborted++;
	} else if (how == REPLY_WHOLE && reply->good) {
		b->ok++;
		ticket->key->ok++;
		b->tokens.prompt += reply->tokens.prompt;
		b->tokens.answer += reply->tokens.answer;
		b->tokens.thoughts += reply->tokens.thoughts;
	} else {
		b->failed++;
		ticket->key->failed++;
	}
}

static void
books_write_tally(const struct tally *t, struct buf *out)
{
	buf_text(out, "{");
	for (size_t i = 0; i < t->count; i++) {
		if (i > 0)
			buf_text(out, ",");
		buf_json(out, t->rows[i].name, strlen(t->rows[i].name));
		buf_printf(out, ":%lld", t->rows[i].n);
	}
	buf_text(out, "}");
}

static void
books_write_key(const char *name, const struct books_key *key, struct buf *out)
{
	buf_json(out, name, strlen(name));
	buf_printf(out,
	    ":{\"total\":%lld,\"ok\":%lld,\"failed\":%lld,"
	    "\"aborted\":%lld,\"by_model\":",
	    key->total, key->ok, key->failed, key->aborted);
	books_write_tally(&key->models, out);
	buf_text(out, ",\"by_method\":");
	books_write_tally(&key->methods, out);
	buf_text(out, "}");
}

void
books_write(
    const struct books *b, unsigned long long connections, struct buf *out)
{
	const struct lh_entry *entry;

	buf_text(out, "{\"keys\":{");
	for (entry = b->keys->head; entry != NULL; entry = entry->next) {
		const void *value = lh_entry_v(entry);
		const char *name = lh_entry_k(entry);

		buf_text(out, entry == b->keys->head ? "\n" : ",\n");
		books_write_key(name, value, out);
	}
	buf_printf(out,
	    "},\n\"total\":%lld,\"open\":%lld,\"most_open\":%lld,"
	    "\"ok\":%lld,\"failed\":%lld,\"aborted\":%lld,"
	    "\"connections\":%llu,\n",
	    b->total, b->open, b->most_open, b->ok, b->failed, b->aborted,
	    connections);
	buf_printf(out,
	    "\"tokens\":{\"prompt\":%lld,\"answer\":%lld,"
	    "\"thoughts\":%lld}}\n",
	    b->tokens.prompt, b->tokens.answer, b->tokens.thoughts);
}
