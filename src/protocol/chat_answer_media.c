/* Pictures and speech in a chat answer, in both of its forms. */
#include "protocol/chat_answer_parts.h"

#include <inttypes.h>
#include <string.h>

#include "base/json.h"

#define AUDIO_LIFE_S 3600

/* Append text inside a JSON string. Base64 needs no escapes: a picture of
 * several megabytes is copied once. */
static void
write_inside(struct buf *out, const char *text, size_t len)
{
	size_t plain = 0;
	while (plain < len && text[plain] > ' ' && text[plain] < 0x7f &&
	    text[plain] != '"' && text[plain] != '\\')
		plain++;
	if (plain == len) {
		buf_add(out, text, len);
		return;
	}

	struct buf quoted;
	buf_init(&quoted, BUF_LARGE);
	json_write_text(&quoted, text, len);
	if (quoted.len >= 2)
		buf_add(out, quoted.data + 1, quoted.len - 2);
	buf_clear(&quoted);
}

void
chat_answer_image(struct chat_answer *a, const struct delta *d, struct buf *out)
{
	buf_fmt(out,
	    "{\"type\":\"image_url\",\"index\":%d,\"image_url\":{\"url\":\"",
	    a->choices[d->choice].images++);
	if (a->address.len > 0) {
		write_inside(out, a->address.data, a->address.len);
	} else {
		buf_str(out, "data:");
		write_inside(out, d->mime, strlen(d->mime));
		buf_str(out, ";base64,");
		write_inside(out, d->text, d->len);
	}
	buf_str(out, "\"}");
	if (d->signature != NULL) {
		buf_str(out, ",\"extra_content\":");
		chat_answer_extra(d->signature, out);
	}
	buf_byte(out, '}');
}

void
chat_answer_audio_id(const struct chat_answer *a, int i, struct buf *out)
{
	buf_str(out, "\"id\":\"audio_");
	write_inside(out, a->stamp.id, strlen(a->stamp.id));
	buf_fmt(out, "_%d\",\"expires_at\":%" PRId64, i,
	    a->stamp.created_s + AUDIO_LIFE_S);
}
