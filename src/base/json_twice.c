/* Names that occur twice in an object: noticing and finding them. */
#include "base/json_twice.h"

#include "base/json.h"

size_t
json_twice_count(struct json_object *value)
{
	size_t count = 0;
	if (json_object_is_type(value, json_type_array)) {
		for (size_t i = 0; i < json_object_array_length(value); i++)
			count += json_twice_count(
			    json_object_array_get_idx(value, i));
	} else if (json_object_is_type(value, json_type_object)) {
		struct lh_entry *e;
		count = (size_t)json_object_object_length(value);
		lh_foreach(json_object_get_object(value), e)
		{
			count += json_twice_count(lh_entry_v(e));
		}
	}
	return count;
}

/* An object or a list that is open. */
struct level {
	struct json_object *names; /* so far; NULL for a list */
	struct json_object *name;  /* of the member we are in; NULL: none yet */
	size_t index;              /* in the list */
};

struct look {
	const char *p, *end;
	struct level levels[JSON_MAX_DEPTH + 1];
	int depth; /* the innermost is levels[depth]; levels[0] is no value */
	struct buf *path;
};

/* The string that begins here, parsed; p goes behind it. */
static struct json_object *
take_string(struct look *l)
{
	const char *start = l->p;
	for (l->p++; l->p < l->end && *l->p != '"'; l->p++)
		l->p += *l->p == '\\';
	l->p++;
	return json_parse(start, (size_t)(l->p - start), NULL);
}

static void
open_level(struct look *l, bool object)
{
	if (l->depth == JSON_MAX_DEPTH)
		return;
	l->levels[++l->depth] =
	    (struct level){.names = object ? json_object_new_object() : NULL};
}

static void
close_level(struct look *l)
{
	struct level *level = &l->levels[l->depth];
	if (l->depth == 0)
		return;
	json_object_put(level->names);
	json_object_put(level->name);
	l->depth--;
}

static void
write_path(struct look *l)
{
	for (int i = 1; i <= l->depth; i++) {
		const struct level *level = &l->levels[i];
		if (level->names == NULL)
			buf_fmt(l->path, "[%zu]", level->index);
		else
			buf_fmt(l->path, "%s%s", i > 1 ? "." : "",
			    json_object_get_string(level->name));
	}
}

/* A name, if the string stands where one does; false if it was there. */
static bool
note_string(struct look *l)
{
	struct level *level = &l->levels[l->depth];
	struct json_object *text = take_string(l);
	if (level->names == NULL || level->name != NULL) {
		json_object_put(text);
		return true;
	}
	level->name = text;
	const char *name = json_object_get_string(text);
	if (json_object_object_get_ex(level->names, name, NULL))
		return false;
	json_set_null(level->names, name);
	return true;
}

/* Behind a comma there is the next name, or the next element. */
static void
next_member(struct level *level)
{
	json_object_put(level->name);
	level->name = NULL;
	level->index++;
}

bool
json_twice_find(const char *bytes, size_t len, struct buf *path)
{
	struct look l = {.p = bytes, .end = bytes + len, .path = path};
	bool found = false;
	while (l.p < l.end && !found) {
		char c = *l.p;
		if (c == '"') {
			found = !note_string(&l);
			continue;
		}
		if (c == '{' || c == '[')
			open_level(&l, c == '{');
		else if (c == '}' || c == ']')
			close_level(&l);
		else if (c == ',')
			next_member(&l.levels[l.depth]);
		l.p++;
	}
	if (found)
		write_path(&l);
	while (l.depth > 0)
		close_level(&l);
	return found;
}
