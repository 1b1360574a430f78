/* Looking for names of resources in answers. */
#include "protocol/resource_answer.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/attr.h"
#include "base/json.h"
#include "protocol/json_strings.h"
#include "protocol/resource_kind.h"

/* Members of answers that name a file of results, and how deep they are at
 * most: further down is what the model has written. */
static const struct result {
	const char *name;
	int depth;
} results[] = {
    {"responsesFile", 3},
    {"responses_file", 3},
    {"output_file_id", 1},
    {"error_file_id", 1},
    {"uri", 6},
};

/* The kind and name of a member's text; NULL if it is none. */
static const struct resource_kind *
read_name(const struct json_string *s, struct buf *name)
{
	struct buf text;
	buf_init(&text, BUF_SMALL);
	const struct resource_kind *kind = NULL;
	if (s->len < BUF_SMALL / 2 &&
	    json_string_decode(s->text, s->len, &text))
		kind = resource_kind_read(buf_cstr(&text), text.len, name);
	buf_clear(&text);
	return kind;
}

/* Seconds until a time as Google writes it, 2026-11-21T13:00:00.123Z; -1 if
 * it is none. */
static int64_t
seconds_until(const char *text, int64_t wall_ms)
{
	struct tm t = {0};
	char zone = '\0';
	if (sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d%c", &t.tm_year, &t.tm_mon,
		&t.tm_mday, &t.tm_hour, &t.tm_min, &t.tm_sec, &zone) != 7 ||
	    (zone != 'Z' && zone != '.'))
		return -1;
	t.tm_year -= 1900;
	t.tm_mon--;
	int64_t left = (int64_t)timegm(&t) - wall_ms / 1000;
	return left < 0 ? 0 : left;
}

static bool
is_known(struct json_object *found, const char *name)
{
	for (size_t i = 0; i < json_count(found); i++)
		if (strcmp(json_get_text(json_at(found, i), "name"), name) == 0)
			return true;
	return json_count(found) >= RESOURCE_ANSWER_MAX;
}

static void
add_found(struct json_object **found, const struct resource_kind *kind,
    const char *name, int64_t expires_s)
{
	if (is_known(*found, name))
		return;
	if (*found == NULL)
		*found = json_object_new_array();
	struct json_object *o = json_object_new_object();
	json_set_text(o, "name", name);
	json_set_text(o, "kind", kind->name);
	if (expires_s >= 0)
		json_set_int(o, "expires_s", expires_s);
	else if (kind->expires_s > 0)
		json_set_int(o, "expires_s", kind->expires_s);
	json_object_array_add(*found, o);
}

/* The id of an interaction, or of the one that an event tells about. */
static bool
read_id(const char *body, size_t len, struct buf *id)
{
	const char *inner = json_strings_member(body, len, "interaction");
	if (inner != NULL && *inner == '{')
		return json_strings_text(
		    inner, (size_t)(body + len - inner), "id", id);
	return json_strings_text(body, len, "id", id);
}

/* What the outermost object is itself. */
static const struct resource_kind *
read_made(const struct resource_answer *about, const char *body, size_t len,
    struct buf *name)
{
	struct buf text;
	buf_init(&text, BUF_SMALL);
	const struct resource_kind *kind = NULL;
	if (about->collection != NULL)
		buf_fmt(&text, "%s/", about->collection);
	if ((about->collection == NULL &&
		json_strings_text(body, len, "name", &text)) ||
	    read_id(body, len, &text))
		kind = resource_kind_read(buf_cstr(&text), text.len, name);
	buf_clear(&text);
	return kind;
}

static void
scan_made(struct json_object **found, const struct resource_answer *about,
    const char *body, size_t len)
{
	struct buf name, time;
	buf_init(&name, BUF_SMALL);
	buf_init(&time, BUF_SMALL);
	const struct resource_kind *kind = read_made(about, body, len, &name);
	if (kind != NULL) {
		bool told = json_strings_text(body, len, "expireTime", &time);
		add_found(found, kind, buf_cstr(&name),
		    told ? seconds_until(buf_cstr(&time), about->wall_ms) : -1);
	}
	buf_clear(&name);
	buf_clear(&time);
}

static void
scan_results(struct json_object **found, const char *body, size_t len)
{
	struct json_strings walk = json_strings_of(body, len);
	struct json_string s;
	struct buf name;
	buf_init(&name, BUF_SMALL);
	while (json_strings_next(&walk, &s))
		for (size_t i = 0; !s.is_name && i < COUNT_OF(results); i++) {
			if (s.depth > results[i].depth ||
			    !json_string_is(
				s.name, s.name_len, results[i].name))
				continue;
			buf_reset(&name);
			const struct resource_kind *kind = read_name(&s, &name);
			if (kind != NULL)
				add_found(found, kind, buf_cstr(&name), -1);
		}
	buf_clear(&name);
}

void
resource_answer_scan(struct json_object **found,
    const struct resource_answer *about, const char *body, size_t len)
{
	if (about->made)
		scan_made(found, about, body, len);
	if (about->results)
		scan_results(found, body, len);
}
