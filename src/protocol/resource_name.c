/* Names out of URIs, and the members that hold them. */
#include "protocol/resource_name.h"

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "base/text.h"

static const char *const collections[] = {
    "files/",
    "cachedContents/",
    "batches/",
    "fileSearchStores/",
    "operations/",
    "interactions/",
    "tunedModels/",
    "corpora/",
};

#define ID_LETTERS                   \
	"abcdefghijklmnopqrstuvwxyz" \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ" \
	"0123456789-_."
#define NAME_MAX_LEN 256

static bool
starts_with(const char *text, size_t len, const char *start)
{
	size_t n = strlen(start);
	return len >= n && memcmp(text, start, n) == 0;
}

/* The collection's name and the id behind it, if the text begins with them. */
static size_t
name_length(const char *text, size_t len)
{
	for (size_t i = 0; i < COUNT_OF(collections); i++) {
		if (!starts_with(text, len, collections[i]))
			continue;
		size_t end = strlen(collections[i]), id = end;
		while (end < len && text[end] != '\0' &&
		    strchr(ID_LETTERS, text[end]) != NULL)
			end++;
		bool whole = end == len || text[end] == '/' ||
		    strchr(":?#", text[end]) != NULL;
		return whole && end > id && end <= NAME_MAX_LEN ? end : 0;
	}
	return 0;
}

static bool
read_plain(struct buf *out, const char *text, size_t len)
{
	const char *end = text + len;
	bool url = memmem(text, len, "://", 3) != NULL;
	while (text < end) {
		size_t n = name_length(text, (size_t)(end - text));
		if (n > 0) {
			buf_add(out, text, n);
			return true;
		}
		const char *slash = memchr(text, '/', (size_t)(end - text));
		/* What is no URL has at most a slash in front. */
		if (slash == NULL || (!url && slash > text))
			return false;
		text = slash + 1;
	}
	return false;
}

bool
resource_name_read(struct buf *out, const char *text, size_t len)
{
	struct buf plain;
	if (memchr(text, '%', len) == NULL)
		return read_plain(out, text, len);
	buf_init(&plain, BUF_SMALL);
	bool ok = text_unescape_url(&plain, text, len, false) &&
	    read_plain(out, buf_cstr(&plain), plain.len);
	buf_clear(&plain);
	return ok || read_plain(out, text, len);
}

/* --- members of bodies --------------------------------------------------- */

/* What a member's value is. */
enum holds { HOLDS_URI, HOLDS_CONTINUATION, HOLDS_INTERACTION };

static const struct {
	const char *name;
	enum holds holds;
} members[] = {
    {"fileUri", HOLDS_URI},
    {"file_uri", HOLDS_URI},
    {"uri", HOLDS_URI},
    {"file_id", HOLDS_URI},
    {"input_file_id", HOLDS_URI},
    {"source", HOLDS_URI},
    {"fileName", HOLDS_URI},
    {"file_name", HOLDS_URI},
    {"cachedContent", HOLDS_URI},
    {"cached_content", HOLDS_URI},
    {"fileSearchStoreNames", HOLDS_URI},
    {"file_search_store_names", HOLDS_URI},
    {"continuationToken", HOLDS_CONTINUATION},
    {"continuation_token", HOLDS_CONTINUATION},
    {"previousInteractionId", HOLDS_INTERACTION},
    {"previous_interaction_id", HOLDS_INTERACTION},
};

static size_t
row_of(const char *member)
{
	size_t i = 0;
	while (i < COUNT_OF(members) && strcmp(members[i].name, member) != 0)
		i++;
	return i;
}

bool
resource_names_know(const char *member)
{
	return row_of(member) < COUNT_OF(members);
}

static void
add_name(struct resource_names *names, const char *name)
{
	if (names->list == NULL)
		names->list = json_object_new_array();
	if (json_has_text(names->list, name))
		return;
	if (json_count(names->list) >= RESOURCE_NAMES_MAX)
		names->too_many = true;
	else
		json_object_array_add(
		    names->list, json_object_new_string(name));
}

bool
resource_names_take(struct resource_names *names, const char *member,
    const char *value, size_t len)
{
	size_t row = row_of(member);
	struct buf name;
	if (row == COUNT_OF(members))
		return false;
	if (members[row].holds == HOLDS_CONTINUATION) {
		free(names->continuation);
		names->continuation = strndup(value, len);
		return true;
	}
	buf_init(&name, BUF_SMALL);
	if (members[row].holds == HOLDS_INTERACTION &&
	    !starts_with(value, len, "interactions/")) {
		buf_str(&name, "interactions/");
		buf_add(&name, value, len);
	} else {
		(void)resource_name_read(&name, value, len);
	}
	if (buf_ok(&name) && name.len > 0)
		add_name(names, buf_cstr(&name));
	buf_clear(&name);
	return true;
}

/* A member's text, or the texts of its list. */
static void
take_value(
    struct resource_names *names, const char *member, struct json_object *value)
{
	if (json_object_is_type(value, json_type_string))
		(void)resource_names_take(names, member,
		    json_object_get_string(value),
		    (size_t)json_object_get_string_len(value));
	for (size_t i = 0; i < json_count(value); i++)
		if (json_object_is_type(json_at(value, i), json_type_string))
			take_value(names, member, json_at(value, i));
}

void
resource_names_walk(struct resource_names *names, struct json_object *o)
{
	for (size_t i = 0; i < json_count(o); i++)
		resource_names_walk(names, json_at(o, i));
	if (!json_object_is_type(o, json_type_object))
		return;
	json_object_object_foreach(o, member, value)
	{
		if (resource_names_know(member))
			take_value(names, member, value);
		resource_names_walk(names, value);
	}
}

void
resource_names_clear(struct resource_names *names)
{
	json_object_put(names->list);
	free(names->continuation);
	*names = (struct resource_names){0};
}
