/* The list of what must be fetched, and what becomes of it. */
#include "protocol/chat_fetch.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/url.h"
#include "protocol/media_type.h"

static void
clear_row(struct chat_fetch *row)
{
	free(row->url);
	free(row->path);
	json_object_put(row->instead);
}

bool
chat_fetch_give_up(const struct chat_fetch *fetch)
{
	if (fetch->instead == NULL)
		return false;
	json_object_object_del(fetch->part, "mediaResolution");
	json_object_object_del(fetch->part, "thoughtSignature");
	json_share(fetch->part, "text", fetch->instead);
	return true;
}

/* Give a row up, and take it out of the list. */
static void
drop_row(struct chat_fetches *list, size_t i)
{
	chat_fetch_give_up(&list->rows[i]);
	clear_row(&list->rows[i]);
	list->n--;
	memmove(&list->rows[i], &list->rows[i + 1],
	    (list->n - i) * sizeof(list->rows[0]));
}

/* Give those up that may fail: one of this URL, and the oldest if there are too
 * many. The number of the others. */
static size_t
make_room(struct chat_fetches *list, const struct chat_fetch_wish *wish)
{
	size_t soft = 0, hard = 0;
	for (size_t i = list->n; i-- > 0;) {
		const struct chat_fetch *row = &list->rows[i];
		if (row->instead == NULL)
			hard++;
		else if (strcmp(row->url, wish->url) == 0 ||
		    (wish->instead != NULL && ++soft == CHAT_FETCH_SOFT_MAX))
			drop_row(list, i);
	}
	return hard;
}

bool
chat_fetches_add(struct chat_fetches *list, const struct chat_fetch_wish *wish,
    struct api_error *error)
{
	if (make_room(list, wish) == CHAT_FETCH_MAX && wish->instead == NULL)
		return api_error_set_code(error, FAULT_OUT_OF_RANGE,
		    "array_above_max_length", wish->path,
		    "Invalid '%s': the gateway fetches at most %d URLs for a "
		    "request. Send the others as data URLs.",
		    wish->path, CHAT_FETCH_MAX);

	struct chat_fetch *row = &list->rows[list->n++];
	*row = (struct chat_fetch){strdup(wish->url), strdup(wish->path),
	    wish->kinds, wish->part, json_object_get(wish->instead)};
	return (row->url != NULL && row->path != NULL) ||
	    api_error_set(error, FAULT_INTERNAL, NULL, "out of memory");
}

void
chat_fetches_clear(struct chat_fetches *list)
{
	for (size_t i = 0; i < list->n; i++)
		clear_row(&list->rows[i]);
	*list = (struct chat_fetches){0};
}

bool
chat_fetch_fail(const struct chat_fetch *fetch, struct api_error *error,
    const char *format, ...)
{
	struct buf why;
	va_list args;
	buf_init(&why, BUF_SMALL);
	va_start(args, format);
	buf_vfmt(&why, format, args);
	va_end(args);
	api_error_set_code(error, FAULT_BAD_VALUE, "invalid_image_url",
	    fetch->path, "Invalid '%s': %s", fetch->path, buf_cstr(&why));
	buf_clear(&why);
	return false;
}

struct json_object *
chat_fetch_make(const struct chat_fetch *fetch, const char *header,
    struct buf *bytes, struct api_error *error)
{
	char said[MEDIA_TYPE_SIZE];
	media_type_read(header, strlen(header), said);
	const char *sniffed =
	    media_type_sniff((const uint8_t *)buf_cstr(bytes), bytes->len);
	const char *type = media_type_believe(said, sniffed);
	if (*type == '\0')
		type = media_type_of_name(url_rest(fetch->url));
	if (type == NULL || bytes->len == 0) {
		chat_fetch_fail(fetch, error,
		    bytes->len == 0 ? "there is nothing at this URL."
				    : "what is at this URL is of no type that "
				      "is known.");
		return NULL;
	}

	struct buf text;
	buf_init(&text, BUF_LARGE);
	base64_encode(&text, bytes->data, bytes->len);
	buf_clear(bytes);
	struct json_object *data = json_new_taken(&text);
	if (data == NULL) {
		api_error_set(error, FAULT_INTERNAL, NULL, "out of memory");
		return NULL;
	}
	struct json_object *inline_data = json_object_new_object();
	json_set_text(inline_data, "mimeType", type);
	json_set(inline_data, "data", data);
	return inline_data;
}

bool
chat_fetch_fill(const struct chat_fetch *fetch, struct json_object *inline_data,
    struct api_error *error)
{
	const char *type = json_get_text(inline_data, "mimeType");
	if ((media_type_kind(type) & fetch->kinds) == 0)
		return chat_fetch_fail(fetch, error,
		    "what is at this URL is of type '%s', which is not "
		    "expected here.",
		    type);
	json_share(fetch->part, "inlineData", inline_data);
	return true;
}
