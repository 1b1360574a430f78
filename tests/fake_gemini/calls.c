/* The calls that carry a mark. */
#include "calls.h"

#include <json-c/linkhash.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

/* So much of a body is looked through. */
#define CALLS_LOOK ((size_t)64 << 10)

struct call {
	char *mark;
	char *key, *model, *method;
	uint64_t number; /* in the books */
	long long nth;   /* of its mark */
	int status;
	enum reply_how how;
	struct tokens *told; /* one after the other, none twice in a row */
	size_t tellings;
};

struct calls {
	struct call *all;
	size_t count, room;
	unsigned epoch;
	struct lh_table *marks; /* how often each has come */
};

static void
calls_entry_free(struct lh_entry *entry)
{
	free(lh_entry_k(entry));
}

static struct lh_table *
calls_table(void)
{
	struct lh_table *table = lh_kchar_table_new(1024, calls_entry_free);

	if (table == NULL)
		abort();
	return table;
}

struct calls *
calls_new(void)
{
	struct calls *calls = mem_alloc(sizeof(*calls));

	calls->marks = calls_table();
	return calls;
}

static void
calls_empty(struct calls *calls)
{
	for (size_t i = 0; i < calls->count; i++) {
		struct call *c = &calls->all[i];

		free(c->mark);
		free(c->key);
		free(c->model);
		free(c->method);
		free(c->told);
	}
	free(calls->all);
	lh_table_free(calls->marks);
}

void
calls_free(struct calls *calls)
{
	if (calls == NULL)
		return;
	calls_empty(calls);
	free(calls);
}

void
calls_reset(struct calls *calls)
{
	calls_empty(calls);
	*calls = (struct calls){.epoch = calls->epoch, .marks = calls_table()};
}

static bool
calls_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '-';
}

/* The mark in a body; empty: it has none. */
static struct span
calls_find(struct span body)
{
	static const char sign[] = "mark=";
	size_t len = body.len < CALLS_LOOK ? body.len : CALLS_LOOK;
	const char *at = memmem(body.at, len, sign, sizeof(sign) - 1);
	struct span mark = {0};

	if (at == NULL)
		return mark;
	mark.at = at + sizeof(sign) - 1;
	while (mark.at + mark.len < body.at + len &&
	    calls_letter(mark.at[mark.len]))
		mark.len++;
	return mark;
}

/* How often the mark has come, this time included. */
static long long
calls_nth(struct calls *calls, const char *mark)
{
	struct lh_entry *entry = lh_table_lookup_entry(calls->marks, mark);

	if (entry == NULL) {
		if (lh_table_insert(calls->marks, mem_copy(mark, strlen(mark)),
			(void *)(uintptr_t)1) != 0)
			abort();
		return 1;
	}
	entry->v = (void *)((uintptr_t)entry->v + 1);
	return (long long)(uintptr_t)entry->v;
}

void
calls_begin(struct calls *calls, const struct route *route, struct span body,
    struct ticket *ticket)
{
	struct span mark = calls_find(body);
	struct call *c;

	if (mark.len == 0)
		return;
	if (calls->count == calls->room) {
		calls->room = calls->room > 0 ? calls->room * 2 : 256;
		calls->all =
		    mem_grow(calls->all, calls->room * sizeof(*calls->all));
	}
	c = &calls->all[calls->count++];
	*c = (struct call){
	    .mark = mem_copy(mark.at, mark.len),
	    .key = mem_copy(buf_str(&route->key), route->key.len),
	    .model = mem_copy(buf_str(&route->model), route->model.len),
	    .method = mem_copy(buf_str(&route->method), route->method.len),
	    .number = ticket->number,
	};
	c->nth = calls_nth(calls, c->mark);
	ticket->call = calls->count;
	ticket->mark = c->mark;
	ticket->nth = c->nth;
}

/* What the bytes of a word come to. */
static uint64_t
calls_hash(const char *text, uint64_t x)
{
	for (; *text != '\0'; text++)
		x = (x ^ (unsigned char)*text) * UINT64_C(1099511628211);
	x ^= x >> 29;
	return x * UINT64_C(0x9e3779b97f4a7c15);
}

void
calls_tokens(const struct ticket *ticket, struct tokens *tokens)
{
	uint64_t x = calls_hash(ticket->mark,
	    UINT64_C(14695981039346656037) + (uint64_t)ticket->nth);

	*tokens = (struct tokens){
	    .cached = (long long)(x >> 8) % 50,
	    .prompt = 50 + (long long)(x >> 16) % 1000,
	    .thoughts = (long long)(x >> 32) % 200,
	    .answer = 10 + (long long)(x >> 44) % 500,
	};
}

void
calls_end(struct calls *calls, const struct reply *reply, enum reply_how how)
{
	const struct ticket *ticket = &reply->ticket;
	struct call *c;

	if (ticket->call == 0 || ticket->call > calls->count)
		return;
	c = &calls->all[ticket->call - 1];
	if (c->number != ticket->number)
		return;
	c->how = how;
	c->status = reply->drop || reply->mute ? 0 : reply->status;
	c->told = mem_alloc((reply->gone + 1) * sizeof(*c->told));
	for (size_t i = 0; i < reply->gone; i++) {
		const struct tokens *now = &reply->told[i];

		if (c->tellings > 0 &&
		    memcmp(&c->told[c->tellings - 1], now, sizeof(*now)) == 0)
			continue;
		c->told[c->tellings++] = *now;
	}
}

static void
calls_write_one(const struct call *c, struct buf *out)
{
	buf_text(out, "{\"mark\":");
	buf_json(out, c->mark, strlen(c->mark));
	buf_printf(out, ",\"nth\":%lld,\"n\":%llu,\"key\":", c->nth,
	    (unsigned long long)c->number);
	buf_json(out, c->key, strlen(c->key));
	buf_text(out, ",\"model\":");
	buf_json(out, c->model, strlen(c->model));
	buf_text(out, ",\"method\":");
	buf_json(out, c->method, strlen(c->method));
	buf_printf(out, ",\"status\":%d,\"how\":\"%s\",\"told\":[", c->status,
	    reply_word(c->how));
	for (size_t i = 0; i < c->tellings; i++)
		buf_printf(out, "%s[%lld,%lld,%lld,%lld]", i > 0 ? "," : "",
		    c->told[i].prompt, c->told[i].cached, c->told[i].thoughts,
		    c->told[i].answer);
	buf_text(out, "]}");
}

void
calls_write(const struct calls *calls, struct buf *out)
{
	buf_text(out, "[");
	for (size_t i = 0; i < calls->count; i++) {
		buf_text(out, i > 0 ? ",\n" : "\n");
		calls_write_one(&calls->all[i], out);
	}
	buf_text(out, "]\n");
}
