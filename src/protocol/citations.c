/* Citations: offsets in bytes of a part become code points of the content. */
#include "protocol/citations.h"

#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "base/text.h"
#include "protocol/gemini_reader.h"

/* No answer has more: of longer lists the rest is left out. */
#define CITATIONS_MAX 2000

/* Where we are: citations mostly come in order, so code points are counted
 * on from the last place. */
struct cursor {
	const struct citations *c;
	size_t byte, point;
	size_t written;
	struct json_object *urls; /* the set of those written */
	struct buf *out;
};

/* The code points in the first byte_end bytes of the text. */
static size_t
points_up_to(struct cursor *at, size_t byte_end)
{
	if (byte_end > at->c->len)
		byte_end = at->c->len;
	if (byte_end < at->byte)
		at->byte = at->point = 0;
	at->point += text_points(at->c->text + at->byte, byte_end - at->byte);
	at->byte = byte_end;
	return at->point;
}

/* The place in the content of a byte of the text. What is inserted there
 * comes before the text that begins, and after the text that ends. */
static size_t
place(struct cursor *at, size_t byte, bool begins)
{
	const struct citations *c = at->c;
	return points_up_to(at, byte) +
	    insertions_before(c->ours, byte + c->cut, begins);
}

/* A text of Gemini's as a JSON string, with any marks of halves joined. */
static void
write_clean(struct buf *out, const char *text)
{
	struct buf clean;
	buf_init(&clean, BUF_LARGE);
	surrogate_clean(text, strlen(text), &clean);
	json_write_text(out, buf_cstr(&clean), clean.len);
	buf_clear(&clean);
}

static void
write_one(struct cursor *at, size_t start, size_t end, const char *title,
    const char *url)
{
	if (at->written >= CITATIONS_MAX)
		return;
	if (at->written++ > 0)
		buf_byte(at->out, ',');
	buf_fmt(at->out,
	    "{\"type\":\"url_citation\",%s\"start_index\":%zu,"
	    "\"end_index\":%zu,\"title\":",
	    at->c->flat ? "" : "\"url_citation\":{", start, end);
	write_clean(at->out, title == NULL ? "" : title);
	buf_str(at->out, ",\"url\":");
	write_clean(at->out, url);
	buf_str(at->out, at->c->flat ? "}" : "}}");
	json_set_bool(at->urls, url, true);
}

static bool
is_http(const char *url)
{
	return url != NULL &&
	    (text_starts(url, "http://") || text_starts(url, "https://"));
}

bool
citations_source(
    struct json_object *chunk, const char **title, const char **url)
{
	static const char *const kinds[] = {
	    "web", "maps", "image", "retrievedContext"};
	static const char *const names[] = {"uri", "sourceUri"};

	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		struct json_object *source = json_get(chunk, kinds[i]);
		for (size_t k = 0; k < COUNT_OF(names); k++) {
			*url = json_get_text(source, names[k]);
			*title = json_get_text(source, "title");
			if (is_http(*url))
				return true;
		}
	}
	return false;
}

/* Where the part of a segment begins. An index that leads to no text (where
 * thoughts are not counted) means the next part that is text. */
static size_t
part_start(const struct citations *c, struct json_object *segment)
{
	int64_t index = json_get_int(segment, "partIndex", 0);
	size_t first = index > 0 ? (size_t)index : 0;

	for (size_t i = first; i < c->n_parts; i++)
		if (c->part_start[i] != GEMINI_NO_TEXT)
			return c->part_start[i];
	for (size_t i = c->n_parts; i-- > 0;)
		if (c->part_start[i] != GEMINI_NO_TEXT)
			return c->part_start[i];
	return 0;
}

/* An offset within a part as one within the content, or beyond its end. */
static size_t
content_byte(const struct citations *c, size_t start, int64_t offset)
{
	if (offset < 0)
		offset = 0;
	if ((uint64_t)offset > c->len + c->cut)
		return c->len;
	size_t byte = start + (size_t)offset;
	return byte > c->cut ? byte - c->cut : 0;
}

static void
write_support(
    struct cursor *at, struct json_object *support, struct json_object *chunks)
{
	struct json_object *segment = json_get(support, "segment");
	struct json_object *list = json_get(support, "groundingChunkIndices");
	size_t base = part_start(at->c, segment);

	size_t from =
	    content_byte(at->c, base, json_get_int(segment, "startIndex", 0));
	size_t to =
	    content_byte(at->c, base, json_get_int(segment, "endIndex", 0));
	size_t start = place(at, from, true);
	size_t end = to > from ? place(at, to, false) : start;

	for (size_t i = 0; i < json_count(list); i++) {
		int64_t index = json_object_get_int64(json_at(list, i));
		const char *title, *url;
		if (citations_source(
			json_at(chunks, (size_t)index), &title, &url))
			write_one(at, start, end, title, url);
	}
}

/* A source without a place in the text: at its end, and only once. */
static void
write_placeless(struct cursor *at, const char *title, const char *url)
{
	if (!is_http(url) || json_get_bool(at->urls, url))
		return;
	size_t end = points_up_to(at, at->c->len) +
	    insertions_before(at->c->ours, SIZE_MAX, true);
	write_one(at, end, end, title, url);
}

static void
write_chunks(struct cursor *at, struct json_object *chunks)
{
	for (size_t i = 0; i < json_count(chunks); i++) {
		const char *title, *url;
		if (citations_source(json_at(chunks, i), &title, &url))
			write_placeless(at, title, url);
	}
}

static void
write_fetched(struct cursor *at, struct json_object *list)
{
	for (size_t i = 0; i < json_count(list); i++) {
		struct json_object *row = json_at(list, i);
		const char *status = json_get_text(row, "urlRetrievalStatus");
		if (status != NULL &&
		    strcmp(status, "URL_RETRIEVAL_STATUS_SUCCESS") == 0)
			write_placeless(
			    at, NULL, json_get_text(row, "retrievedUrl"));
	}
}

void
citations_keep_grounding(
    struct json_object **slot, struct json_object *grounding)
{
	bool better = json_count(json_get(grounding, "groundingSupports")) > 0;
	bool have = json_count(json_get(*slot, "groundingSupports")) > 0;
	bool chunks = json_count(json_get(grounding, "groundingChunks")) > 0;
	if (!better && (!chunks || have))
		return;
	json_object_put(*slot);
	*slot = json_object_get(grounding);
}

size_t
citations_write(const struct citations *c, struct buf *out)
{
	struct cursor at = {
	    .c = c,
	    .urls = json_object_new_object(),
	    .out = out,
	};
	struct json_object *chunks = json_get(c->grounding, "groundingChunks");
	struct json_object *supports =
	    json_get(c->grounding, "groundingSupports");

	for (size_t i = 0; i < json_count(supports) && i < CITATIONS_MAX; i++)
		write_support(&at, json_at(supports, i), chunks);
	if (json_count(supports) == 0)
		write_chunks(&at, chunks);
	write_fetched(&at, json_get(c->url_context, "urlMetadata"));
	json_object_put(at.urls);
	return at.written;
}
