/* Client's names of tools ⇄ Gemini's. */
#include "protocol/tool_names.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"

static bool
may_be_first(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

static bool
may_follow(char c)
{
	return may_be_first(c) || (c >= '0' && c <= '9') || c == '.' ||
	    c == ':' || c == '-';
}

/* A legal name that says the same: what may not stand in it, each character
 * of UTF-8, is an underscore. */
static void
write_legal(struct buf *out, const char *name)
{
	if (may_follow(name[0]) && !may_be_first(name[0]))
		buf_byte(out, '_');
	for (; *name != '\0' && out->len < TOOL_NAME_MAX; name++)
		if (may_follow(*name))
			buf_byte(out, *name);
		else if (((unsigned char)*name & 0xc0) != 0x80)
			buf_byte(out, '_');
}

/* The legal name for a client's, which no other entry has. */
static char *
unique_name(struct tool_names *t, const char *client)
{
	struct buf base, name;
	buf_init(&base, BUF_SMALL);
	buf_init(&name, BUF_SMALL);
	write_legal(&base, client);
	buf_str(&name, buf_cstr(&base));
	while (json_get(t->by_gemini, buf_cstr(&name)) != NULL) {
		struct buf tail;
		buf_init(&tail, BUF_SMALL);
		buf_fmt(&tail, "_%u", ++t->repeats + 1);
		if (base.len > TOOL_NAME_MAX - tail.len)
			base.len = TOOL_NAME_MAX - tail.len;
		buf_reset(&name);
		buf_add(&name, base.data, base.len);
		buf_add(&name, tail.data, tail.len);
		buf_clear(&tail);
	}
	buf_clear(&base);
	return buf_take(&name);
}

static bool
make_room(struct tool_names *t)
{
	if (t->by_client == NULL) {
		t->by_client = json_object_new_object();
		t->by_gemini = json_object_new_object();
	}
	if (t->count < t->room)
		return true;
	size_t room = t->room == 0 ? 8 : 2 * t->room;
	struct tool_name *list = realloc(t->list, room * sizeof(*list));
	if (list == NULL)
		return false;
	t->list = list;
	t->room = room;
	return true;
}

static const struct tool_name *
find(const struct tool_names *t, struct json_object *map, const char *name)
{
	int64_t place = json_get_int(map, name, -1);
	return place < 0 ? NULL : &t->list[place];
}

const struct tool_name *
tool_names_add(struct tool_names *t, const char *client, bool custom)
{
	const struct tool_name *known = tool_names_find(t, client);
	if (known != NULL || !make_room(t))
		return known;

	struct tool_name new = {
	    .client = strdup(client),
	    .gemini = unique_name(t, client),
	    .custom = custom,
	};
	if (new.client == NULL || new.gemini == NULL) {
		free(new.client);
		free(new.gemini);
		return NULL;
	}
	json_set_int(t->by_client, new.client, (int64_t)t->count);
	json_set_int(t->by_gemini, new.gemini, (int64_t)t->count);
	t->list[t->count] = new;
	return &t->list[t->count++];
}

const struct tool_name *
tool_names_find(const struct tool_names *t, const char *client)
{
	return find(t, t->by_client, client);
}

const struct tool_name *
tool_names_back(const struct tool_names *t, const char *gemini)
{
	return find(t, t->by_gemini, gemini);
}

void
tool_names_clear(struct tool_names *t)
{
	for (size_t i = 0; i < t->count; i++) {
		free(t->list[i].client);
		free(t->list[i].gemini);
	}
	free(t->list);
	json_object_put(t->by_client);
	json_object_put(t->by_gemini);
	*t = (struct tool_names){0};
}
