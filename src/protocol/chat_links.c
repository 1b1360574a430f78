/* Sources at the end of an answer. */
#include "protocol/chat_links.h"

#include <string.h>

#include "base/json.h"
#include "protocol/citations.h"
#include "protocol/surrogate.h"

/* No search finds more; of longer lists the rest is left out. */
#define LINKS_MAX 200

static bool
is_control(unsigned char c)
{
	return c < ' ' || c == 0x7f;
}

/* Text between the brackets of a link: one line, and nothing in it means
 * anything to markdown. */
static void
write_title(struct buf *out, const char *title)
{
	struct buf clean;
	buf_init(&clean, BUF_LARGE);
	surrogate_clean(title, strlen(title), &clean);
	for (const char *p = buf_cstr(&clean); *p != '\0'; p++) {
		if (strchr("\\`*_[]<", *p) != NULL)
			buf_byte(out, '\\');
		buf_byte(out, is_control((unsigned char)*p) ? ' ' : *p);
	}
	buf_clear(&clean);
}

/* A URL between parentheses: what could end it is escaped. */
static void
write_url(struct buf *out, const char *url)
{
	for (const char *p = url; *p != '\0'; p++) {
		unsigned char c = (unsigned char)*p;
		if (is_control(c) || c >= 0x80 || strchr(" ()<>\"\\", c))
			buf_fmt(out, "%%%02X", c);
		else
			buf_byte(out, *p);
	}
}

size_t
chat_links_write(struct json_object *grounding, struct buf *out)
{
	struct json_object *chunks = json_get(grounding, "groundingChunks");
	struct json_object *seen = json_object_new_object();
	size_t n = 0;

	for (size_t i = 0; i < json_count(chunks) && n < LINKS_MAX; i++) {
		const char *title, *url;
		if (!citations_source(json_at(chunks, i), &title, &url) ||
		    json_get_bool(seen, url))
			continue;
		json_set_bool(seen, url, true);
		if (n++ == 0)
			buf_str(out, "\n\n---\n**Sources:**");
		buf_str(out, "\n- [");
		write_title(out, title == NULL || *title == '\0' ? url : title);
		buf_str(out, "](");
		write_url(out, url);
		buf_byte(out, ')');
	}
	json_object_put(seen);
	return n;
}
