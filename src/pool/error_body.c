/* Reading Google's error bodies, whatever they are wrapped in. */
#include "pool/error_body.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/text.h"
#include "pool/error_text.h"

/* An error in the message of an error in … : no deeper than this. */
#define MAX_NESTING 4

/* How much of a body that is no error of Google's is kept. */
#define EXCERPT_CHARS 300

#define WORD_CHARS \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"

/* What `message` points to when there is no memory for a real one. */
static char no_message[] = "";

/* Keep the number of the project that stands in text behind the mark, if it
 * is the first. */
static void
note_project(struct error_body *e, const char *text, const char *mark)
{
	const char *at = text == NULL ? NULL : strstr(text, mark);
	if (at == NULL || e->project[0] != '\0')
		return;
	at += strlen(mark);
	size_t n = strspn(at, "0123456789");
	if (n == 0 || n >= sizeof(e->project))
		return;
	memcpy(e->project, at, n);
	e->project[n] = '\0';
}

/* What only the message says. Google quotes there what clients wrote, so a
 * project counts only in the one sentence of which all is Google's. */
static void
read_message(struct error_body *e)
{
	if (text_starts(e->message,
		"Generative Language API has not been used in project "))
		note_project(e, e->message, "in project ");
	quota_read_text(&e->quota, error_text_limit(e->message));
	if (e->retry_ms < 0)
		e->retry_ms = error_text_retry(e->message);
}

/* --- details ----------------------------------------------------------- */

static void
read_quota_failure(struct error_body *e, struct json_object *detail)
{
	struct json_object *list = json_get(detail, "violations");
	for (size_t i = 0; i < json_count(list); i++) {
		struct json_object *violation = json_at(list, i);
		quota_read(&e->quota, violation);
		note_project(
		    e, json_get_text(violation, "subject"), "projects/");
	}
}

static void
read_retry_info(struct error_body *e, struct json_object *detail)
{
	const char *text = json_get_text(detail, "retryDelay");
	int64_t ms = text == NULL ? -1 : error_text_delay(text);
	if (ms >= 0)
		e->retry_ms = ms;
}

/* Keep a closed word such as PERMISSION_DENIED; anything else is left out. */
static void
copy_word(char *to, size_t room, const char *word)
{
	size_t n = word == NULL ? 0 : strlen(word);
	if (n == 0 || n >= room || strspn(word, WORD_CHARS) != n)
		return;
	memcpy(to, word, n + 1);
}

static void
read_error_info(struct error_body *e, struct json_object *detail)
{
	struct json_object *metadata = json_get(detail, "metadata");
	if (e->reason[0] == '\0')
		copy_word(e->reason, sizeof(e->reason),
		    json_get_text(detail, "reason"));
	note_project(e, json_get_text(metadata, "consumer"), "projects/");
	note_project(e, json_get_text(metadata, "containerInfo"), "projects/");
}

/* The details that say something, by the end of their @type. */
static const struct detail_reader {
	const char *type;
	void (*read)(struct error_body *e, struct json_object *detail);
} detail_readers[] = {
    {"/google.rpc.QuotaFailure", read_quota_failure},
    {"/google.rpc.RetryInfo", read_retry_info},
    {"/google.rpc.ErrorInfo", read_error_info},
};

static void
read_details(struct error_body *e, struct json_object *details)
{
	for (size_t i = 0; i < json_count(details); i++) {
		struct json_object *detail = json_at(details, i);
		const char *type = json_get_text(detail, "@type");
		const char *name = type == NULL ? NULL : strrchr(type, '/');
		for (size_t k = 0; k < COUNT_OF(detail_readers); k++)
			if (name != NULL &&
			    strcmp(name, detail_readers[k].type) == 0)
				detail_readers[k].read(e, detail);
	}
}

/* --- the body ---------------------------------------------------------- */

/* The object with the error's members, in {"error":{…}} or [{"error":{…}}];
 * NULL if there is none. Borrowed. */
static struct json_object *
find_error(struct json_object *body)
{
	if (json_object_is_type(body, json_type_array))
		body = json_at(body, 0);
	struct json_object *error = json_get(body, "error");
	return json_object_is_type(error, json_type_object) ? error : NULL;
}

static void
set_message(struct error_body *e, struct buf *text)
{
	char *taken = buf_take(text);
	if (taken == NULL)
		return;
	if (e->message != no_message)
		free(e->message);
	e->message = taken;
}

/* Newer methods have Google's word for a code, in lower case, or one of their
 * own. */
static void
read_word(struct error_body *e, const char *word)
{
	copy_word(e->word, sizeof(e->word), word);
	if (e->status[0] != '\0')
		return;
	copy_word(e->status, sizeof(e->status), word);
	for (char *c = e->status; *c != '\0'; c++)
		*c = (char)toupper((unsigned char)*c);
}

/* One level: what it says replaces what the level around it said. */
static void
read_error(struct error_body *e, struct json_object *error)
{
	const char *message = json_get_text(error, "message");
	int64_t code = json_get_int(error, "code", 0);

	if (code > 0 && code < 1000)
		e->code = (int)code;
	copy_word(e->status, sizeof(e->status), json_get_text(error, "status"));
	if (code == 0)
		read_word(e, json_get_text(error, "code"));
	if (message != NULL) {
		struct buf text;
		buf_init(&text, BUF_LARGE);
		buf_str(&text, message);
		set_message(e, &text);
		buf_clear(&text);
	}
	read_details(e, json_get(error, "details"));
}

/* The JSON that a message is, or NULL. The caller owns it. */
static struct json_object *
parse_message(const char *message)
{
	if (message == NULL)
		return NULL;
	message += strspn(message, " \r\n\t");
	if (*message != '{' && *message != '[')
		return NULL;
	return json_parse(message, strlen(message), NULL);
}

/* Read the error and those nested in its message; false if body is none. */
static bool
read_levels(struct error_body *e, struct json_object *body)
{
	struct json_object *error = find_error(body);
	if (error == NULL)
		return false;

	struct json_object *inner = NULL;
	for (int level = 0; error != NULL && level < MAX_NESTING; level++) {
		read_error(e, error);
		struct json_object *next =
		    parse_message(json_get_text(error, "message"));
		json_object_put(inner);
		inner = next;
		error = find_error(inner);
	}
	json_object_put(inner);
	return true;
}

/* The first characters of any bytes, as one line of clean text. */
static void
read_excerpt(struct error_body *e, const char *bytes, size_t len)
{
	struct buf line;
	buf_init(&line, BUF_SMALL);
	bool utf8 = text_is_utf8(bytes, len);
	bool gap = false;
	for (size_t i = 0, chars = 0; i < len; i++) {
		unsigned char c = (unsigned char)bytes[i];
		if (c <= ' ' || c == 0x7f) {
			gap = line.len > 0;
			continue;
		}
		/* Bytes 10xxxxxx continue a character. */
		bool starts = !utf8 || (c & 0xc0) != 0x80;
		if (starts && (chars += 1 + gap) > EXCERPT_CHARS)
			break;
		if (gap)
			buf_byte(&line, ' ');
		gap = false;
		buf_byte(&line, c < 0x80 || utf8 ? (char)c : '?');
	}
	set_message(e, &line);
	buf_clear(&line);
}

/* The object that a client of the native routes may see. */
static void
write_google(struct error_body *e)
{
	struct buf clean, out;
	buf_init(&clean, BUF_LARGE);
	buf_init(&out, BUF_LARGE);

	text_redact(&clean, e->message, strlen(e->message));
	buf_fmt(&out, "{\"error\":{\"code\":%d,\"message\":", e->code);
	json_write_text(&out, buf_cstr(&clean), clean.len);
	buf_str(&out, ",\"status\":");
	json_write_text(&out, e->status, strlen(e->status));
	buf_str(&out, "}}");
	e->google = buf_take(&out);

	buf_clear(&clean);
	buf_clear(&out);
}

void
error_body_read(struct error_body *e, const char *bytes, size_t len)
{
	*e = (struct error_body){.message = no_message, .retry_ms = -1};
	quota_init(&e->quota);

	struct json_object *body = json_parse(bytes, len, NULL);
	if (!read_levels(e, body)) {
		read_excerpt(e, bytes, len);
		e->page = e->message[0] == '<';
	}
	json_object_put(body);
	read_message(e);

	/* Without code and status it is not Google's own error. */
	if (e->code != 0 && e->status[0] != '\0')
		write_google(e);
}

void
error_body_clear(struct error_body *e)
{
	if (e->message != no_message)
		free(e->message);
	free(e->google);
	*e = (struct error_body){.message = no_message};
}
