/* Reading Google's error bodies, whatever they are wrapped in. */
#include "pool/error_body.h"

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/text.h"

/* An error in the message of an error in … : no deeper than this. */
#define MAX_NESTING 4

/* How much of a body that is no error of Google's is kept. */
#define EXCERPT_CHARS 300

/* Longer delays than this are not believed; two days. */
#define MAX_DELAY_MS ((int64_t)48 * 3600 * 1000)

#define WORD_CHARS \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"

/* What `message` points to when there is no memory for a real one. */
static char no_message[] = "";

/* --- delays and limits in text ---------------------------------------- */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A decimal number in thousandths, rounded up; NULL if there is none, else
 * the rest of the text. Large numbers stop at the longest delay. */
static const char *
scan_thousandths(const char *text, int64_t *number)
{
	if (!is_digit(*text))
		return NULL;

	int64_t n = 0;
	for (; is_digit(*text); text++)
		if (n <= MAX_DELAY_MS)
			n = n * 10 + (*text - '0');
	n *= 1000;

	if (*text == '.' && is_digit(text[1])) {
		int64_t scale = 100;
		bool more = false;
		for (text++; is_digit(*text); text++, scale /= 10) {
			n += (*text - '0') * scale;
			more = more || (scale == 0 && *text != '0');
		}
		n += more;
	}
	*number = n;
	return text;
}

/* "26s", "26.59s", "590ms", "1h2m3.5s" in milliseconds; -1 if it is none. */
static int64_t
scan_delay(const char *text)
{
	static const struct {
		const char *name;
		int64_t ms;
	} units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}};
	int64_t total = -1;

	for (;;) {
		int64_t n;
		const char *rest = scan_thousandths(text, &n);
		if (rest == NULL)
			return total;
		size_t i = 0;
		while (i < COUNT_OF(units) &&
		    strncmp(rest, units[i].name, strlen(units[i].name)) != 0)
			i++;
		if (i == COUNT_OF(units))
			return total;

		/* n is in thousandths: round the product up. */
		if (n > MAX_DELAY_MS / units[i].ms * 1000)
			return MAX_DELAY_MS;
		n = (n * units[i].ms + 999) / 1000;
		total = (total < 0 ? 0 : total) + n;
		if (total > MAX_DELAY_MS)
			return MAX_DELAY_MS;
		text = rest + strlen(units[i].name);
	}
}

/* The delay after "retry in " in a message; -1 if it names none. */
static int64_t
delay_in_message(const char *message)
{
	static const char mark[] = "retry in ";
	for (const char *at = message; (at = strstr(at, mark)) != NULL;) {
		at += sizeof(mark) - 1;
		int64_t ms = scan_delay(at);
		if (ms >= 0)
			return ms;
	}
	return -1;
}

/* True where /limit:\s*0(?!\d|\.\d)/ matches: a limit of nothing at all. */
static bool
has_zero_limit(const char *message)
{
	static const char mark[] = "limit:";
	for (const char *at = message; (at = strstr(at, mark)) != NULL;) {
		at += sizeof(mark) - 1;
		const char *number = at + strspn(at, " \t\r\n\v\f");
		if (*number == '0' && !is_digit(number[1]) &&
		    !(number[1] == '.' && is_digit(number[2])))
			return true;
	}
	return false;
}

/* Keep the digits of the project that text names, if it is the first. */
static void
note_project(struct error_body *e, const char *text)
{
	static const char *const marks[] = {"projects/", "in project "};
	if (text == NULL || e->project[0] != '\0')
		return;

	for (size_t i = 0; i < COUNT_OF(marks); i++) {
		for (const char *at = text;
		     (at = strstr(at, marks[i])) != NULL;) {
			at += strlen(marks[i]);
			size_t n = strspn(at, "0123456789");
			if (n == 0 || n >= sizeof(e->project))
				continue;
			memcpy(e->project, at, n);
			e->project[n] = '\0';
			return;
		}
	}
}

/* --- details ----------------------------------------------------------- */

/* The kind of limit that a quotaId names. */
static enum quota_kind
quota_kind_of(const char *id)
{
	if (id == NULL)
		return QUOTA_UNKNOWN;
	if (text_contains(id, "PerDay") || text_contains(id, "Daily"))
		return QUOTA_DAY;
	if (!text_contains(id, "PerMinute"))
		return QUOTA_UNKNOWN;
	return text_contains(id, "Tokens") ? QUOTA_MINUTE_TOKENS : QUOTA_MINUTE;
}

/* The worst violation decides, and its value is the one that is kept. */
static void
read_quota_failure(struct error_body *e, struct json_object *detail)
{
	struct json_object *list = json_get(detail, "violations");
	for (size_t i = 0; i < json_count(list); i++) {
		struct json_object *violation = json_at(list, i);
		enum quota_kind kind =
		    quota_kind_of(json_get_text(violation, "quotaId"));
		int64_t value = json_get_int(violation, "quotaValue", -1);
		if (value == 0)
			kind = QUOTA_ZERO;
		if (kind > e->quota || (kind == e->quota && value >= 0)) {
			e->quota = kind;
			e->quota_value = value;
		}
		note_project(e, json_get_text(violation, "subject"));
	}
}

static void
read_retry_info(struct error_body *e, struct json_object *detail)
{
	const char *text = json_get_text(detail, "retryDelay");
	int64_t ms = text == NULL ? -1 : scan_delay(text);
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
	note_project(e, json_get_text(metadata, "consumer"));
	note_project(e, json_get_text(metadata, "containerInfo"));
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

/* One level: what it says replaces what the level around it said. */
static void
read_error(struct error_body *e, struct json_object *error)
{
	const char *message = json_get_text(error, "message");
	int64_t code = json_get_int(error, "code", 0);

	if (code > 0 && code < 1000)
		e->code = (int)code;
	copy_word(e->status, sizeof(e->status), json_get_text(error, "status"));
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
	*e = (struct error_body){
	    .message = no_message, .quota_value = -1, .retry_ms = -1};

	struct json_object *body = json_parse(bytes, len, NULL);
	if (!read_levels(e, body))
		read_excerpt(e, bytes, len);
	json_object_put(body);

	/* What only the message says. */
	note_project(e, e->message);
	if (has_zero_limit(e->message))
		e->quota = QUOTA_ZERO;
	if (e->retry_ms < 0)
		e->retry_ms = delay_in_message(e->message);

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
