/* Messages with values in them, as text. */
#include "admin/sentence.h"

#include <ctype.h>
#include <string.h>

#include "admin/number.h"
#include "base/json.h"
#include "base/text.h"
#include "web/template.h"

#define NAME_MAX_BYTES 32

struct json_object *
sentence_new(const char *message)
{
	struct json_object *s = json_object_new_object();
	json_set_text(s, "say", message);
	json_set(s, "values", json_object_new_object());
	return s;
}

void
sentence_set(struct json_object *s, const char *name, const char *text)
{
	json_set_text(json_get(s, "values"), name, text == NULL ? "" : text);
}

void
sentence_set_number(struct json_object *s, const char *name, int64_t n)
{
	number_set(json_get(s, "values"), name, n);
}

/* A value that is one member: how it is to be written. */
static void
set_apart(struct json_object *s, const char *name, const char *member,
    const char *text)
{
	struct json_object *value = json_object_new_object();
	json_set_text(value, member, text);
	json_set(json_get(s, "values"), name, value);
}

void
sentence_set_message(
    struct json_object *s, const char *name, const char *message)
{
	set_apart(s, name, "say", message);
}

void
sentence_set_time(struct json_object *s, const char *name, const char *utc)
{
	set_apart(s, name, "time", utc);
}

/* --- writing ------------------------------------------------------------- */

static const char *
translate(const struct template_reader *reader, const char *message)
{
	return reader == NULL ? message
			      : reader->say(reader->ctx, message, NULL, 0);
}

static void
write_value(struct json_object *value, const struct template_reader *reader,
    struct buf *out)
{
	const char *message = json_get_text(value, "say");
	const char *utc = json_get_text(value, "time");
	const char *text = json_object_get_string(value);
	if (message != NULL)
		buf_str(out, translate(reader, message));
	else if (utc != NULL && reader != NULL)
		reader->tell_time(reader->ctx, utc, ZONE_SECONDS, out);
	else if (utc != NULL)
		buf_str(out, utc);
	else if (text != NULL)
		text_redact(out, text, strlen(text));
}

void
sentence_write(struct json_object *s, const struct template_reader *reader,
    struct buf *out)
{
	struct json_object *values = json_get(s, "values");
	const char *text = translate(reader, json_get_text(s, "say"));
	const char *dollar;
	while ((dollar = strchr(text, '$')) != NULL) {
		char name[NAME_MAX_BYTES];
		size_t len = 0;
		buf_add(out, text, (size_t)(dollar - text));
		text = dollar + 1;
		while (len < sizeof(name) - 1 &&
		    (islower((unsigned char)text[len]) || text[len] == '_'))
			len++;
		memcpy(name, text, len);
		name[len] = '\0';
		text += len;
		write_value(json_get(values, name), reader, out);
	}
	buf_str(out, text);
}

struct json_object *
sentences_text(
    struct json_object *sentences, const struct template_reader *reader)
{
	struct buf text;
	buf_init(&text, BUF_LARGE);
	for (size_t i = 0; i < json_count(sentences); i++) {
		if (i > 0)
			buf_byte(&text, ' ');
		sentence_write(json_at(sentences, i), reader, &text);
	}
	struct json_object *o =
	    json_object_new_string_len(buf_cstr(&text), (int)text.len);
	buf_clear(&text);
	return o;
}
